import type { app as english } from '../en/app.ts'
import type { Translation } from '../translation.ts'

export const app: Translation<typeof english> = {
  title: 'flashworld',
  views: { label: '显示内容', plan: '规划', result: '成果', compare: '对比' },
  projectName: '项目名称',
  unnamed: '未命名',
  undo: '撤销',
  redo: '重做',
  share: '分享',
  export: '导出',
  help: '快捷键与帮助',
  more: '更多',
  theme: { label: '外观', light: '浅色', dark: '深色', system: '跟随系统' },
  language: '语言',
  panels: {
    world: '世界',
    path: '路径',
    foldLeft: '收起左侧面板',
    foldRight: '收起右侧面板',
    foldTimeline: '收起时间轴',
    openLeft: '展开左侧面板',
    openRight: '展开右侧面板',
    openTimeline: '展开时间轴',
  },
  modes: {
    label: '模式',
    edit: '编辑路径',
    record: '正在录制',
    play: '正在播放',
    editHint: '拖动关键点或整条路径',
    recordHint: '飞行中按空格记录关键点 · Esc 停止',
    playHint: '按 Esc 停止',
  },
}
