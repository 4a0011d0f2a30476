/** Constants of the published rasterizer that every version of it shares. */

/** Distances from the camera plane between which a Gaussian's centre must lie. */
export const near = 0.01
export const far = 1000
/** Added to the diagonal of the covariance on the image, in pixels². */
export const blur = 0.3
/** The least alpha that counts. */
export const minAlpha = 1 / 255
export const maxAlpha = 0.999
/** What would leave this much light or less behind it is not drawn, nor anything after it. */
export const minTransmittance = 1e-4
/** The linearised projection is taken no further outside the image than this share of its half. */
export const frustumMargin = 0.3
