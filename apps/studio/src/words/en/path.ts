export const path = {}
