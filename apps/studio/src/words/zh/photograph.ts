import type { photograph as english } from '../en/photograph.ts'
import type { Translation } from '../translation.ts'

export const photograph: Translation<typeof english> = {}
