export const generation = {}
