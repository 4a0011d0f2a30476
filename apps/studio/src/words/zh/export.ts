import type { exporting as english } from '../en/export.ts'
import type { Translation } from '../translation.ts'

export const exporting: Translation<typeof english> = {}
