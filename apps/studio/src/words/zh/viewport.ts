import type { viewport as english } from '../en/viewport.ts'
import type { Translation } from '../translation.ts'

export const viewport: Translation<typeof english> = {}
