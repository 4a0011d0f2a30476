import type { sentence as english } from '../en/sentence.ts'
import type { Translation } from '../translation.ts'

export const sentence: Translation<typeof english> = {
  title: '描述',
  placeholder: '画面里有什么？例如“日落时分，绿树旁的一座红房子”',
}
