import type { ui as english } from '../en/ui.ts'
import type { Translation } from '../translation.ts'

export const ui: Translation<typeof english> = {
  close: '关闭',
  cancel: '取消',
  remove: '移除',
}
