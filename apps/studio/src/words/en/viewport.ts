export const viewport = {}
