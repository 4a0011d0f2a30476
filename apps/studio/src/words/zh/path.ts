import type { path as english } from '../en/path.ts'
import type { Translation } from '../translation.ts'

export const path: Translation<typeof english> = {}
