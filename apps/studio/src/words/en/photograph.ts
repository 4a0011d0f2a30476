export const photograph = {}
