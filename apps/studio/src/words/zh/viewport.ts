import type { viewport as english } from '../en/viewport.ts'
import type { Translation } from '../translation.ts'

/** 视图里的文字。 */
export const viewport: Translation<typeof english> = {
  label: '世界视图与相机路径',
  instructions:
    'W A S D 飞行，Q 下降，E 上升，方向键环顾四周；按住 Shift 加速，按住 Alt 减速。空格键在当前位置放下关键点，逗号和句号键切换关键点，Esc 键退出。',
  announcements: {
    keySelected: (key) => `已选中关键点 ${key}`,
    keyMoved: (key) => `已移动关键点 ${key}`,
    keyRecorded: (key) => `已放下关键点 ${key}`,
    pathSelected: '已选中整条路径',
    pathMoved: '已移动整条路径',
    nothingSelected: '未选中任何内容',
    strokeDrawn: '已画出一笔',
    picked: '已选定注视点',
    worldShown: (splats) => `世界已显示，共 ${splats.toLocaleString('zh-CN')} 个高斯点`,
  },
}
