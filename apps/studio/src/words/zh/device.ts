import type { device as english } from '../en/device.ts'
import type { Translation } from '../translation.ts'

export const device: Translation<typeof english> = {
  madeOn: '生成位置',
  places: { server: '服务器', device: '本机' },
  open: '本机的能力…',
  title: '本机',
  lead: '世界就在这个页面里、用你自己的硬件生成。描述、照片和世界都不会离开本机。',

  abilitiesTitle: '这个浏览器具备的能力',
  looking: '正在查看…',
  standing: { has: '具备', part: '部分具备', lacks: '缺少' },
  abilities: {
    gpu: {
      name: '图形处理器',
      has: '世界由它生成。',
      part: '它由处理器模拟；直接用处理器更快，因此改用处理器。',
      lacks: '世界由处理器生成，会慢一些。',
    },
    half: {
      name: '半精度',
      has: '内存减半，速度更快。',
      lacks: '数值占用双倍内存：正式模型约需 50 GB。',
    },
    matrix: {
      name: '矩阵单元',
      has: '大模型快数倍。',
      lacks: '浏览器尚未向网页提供：大模型要慢数倍。',
    },
    buffers: {
      name: '最大缓冲区',
      has: '足够运行正式模型。',
      part: '足够运行内置模型，不够运行正式模型。',
    },
    threads: {
      name: '处理器核心',
      has: '没有图形处理器时，会用上全部核心。',
      part: '只能用一个：此页面没有与其他页面隔离。',
    },
    storage: {
      name: '模型存放空间',
      has: '模型保存在这里，每个文件都经过校验。',
      lacks: '这个浏览器不保存模型：只能用内置模型。',
    },
    films: {
      name: '影片编码',
      has: '影片在此页面中写成。',
      lacks: '这里不能写影片，但可以导出图片。',
    },
  },
  free: (size) => `可用 ${size}`,
  cores: (cores) => `${cores} 个`,

  computeTitle: '计算',
  backend: '使用',
  backends: { auto: '最快的', webgpu: '图形处理器', wasm: '处理器' },
  precision: '数值',
  precisions: { auto: '在可靠前提下最快', f32: '精确：32 位' },
  memory: '显存',
  memories: { auto: '有多少用多少', gigabytes: (size) => `不超过 ${size} GB` },

  modelTitle: '模型',
  embedded: '内置模型',
  embeddedDetail: '玩具世界，数秒完成；16 MB，随页面提供',
  keptDetail: (size) => `本机上有 ${size}`,
  partDetail: (size) => `已有 ${size}；再次下载即可继续`,
  removeModel: (name) => `从本机移除 ${name}`,
  removed: (name, size) => `已移除 ${name}，腾出 ${size}`,
  other: '其他模型',
  otherWords:
    '由“flashworld models convert --for-browsers”生成的文件夹地址；服务器需支持按范围读取，并允许其他页面读取。',
  address: '文件夹地址',
  look: '查看',
  found: (name, precision, size) => `${name}，${precision}：${size}`,
  foundWords: (free) =>
    `全部内容只下载一次，经过校验并保存在此浏览器中（可用空间：${free}）。在图形处理器上还需要差不多同样多的显存；在上方设定后 8 GB 也可以。`,
  unknownFree: '未知',
  tooLarge: '超出了此浏览器允许页面保存的大小。',
  fetch: (size) => `下载 ${size}`,
  fetching: (percent) => `已完成 ${percent} %`,
  fetched: (name) => `${name} 已就绪，接下来的世界由它生成。`,
}
