import type { library as english } from '../en/library.ts'
import type { Translation } from '../translation.ts'

export const library: Translation<typeof english> = {}
