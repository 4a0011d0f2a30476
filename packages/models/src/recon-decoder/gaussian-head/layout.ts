/** Where a Gaussian's numbers lie among the 38 raw channels of one point. */
export const rawAt = {
  harmonics: 0,
  uv: 27,
  depth: 29,
  opacity: 30,
  scale: 31,
  rotation: 34,
} as const

/** Where they lie in the Gaussian. */
export const gaussianAt = { position: 0, opacity: 3, scale: 4, rotation: 7, harmonics: 11 } as const

export const harmonicsCount = 27

/** The largest scale, in pixels at the Gaussian's depth. */
export const maxScalePixels = 16
