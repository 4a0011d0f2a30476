import type { photograph as english } from '../en/photograph.ts'
import type { Translation } from '../translation.ts'

export const photograph: Translation<typeof english> = {
  blockOut: '搭出纵深',
  hint: '把照片立成一个粗略的世界，规划路径时就能看出远近。',
  blocking: '正在判断远近',
  stop: '停止',
  failed: (cause) => `没有成功：${cause}。请再试一次。`,
}
