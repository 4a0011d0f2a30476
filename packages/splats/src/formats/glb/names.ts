import type { Axes } from '../../axes.ts'

/** glTF: y up, right-handed; three.js shows it as it is. */
export const GLB_AXES: Axes = 'RUB'

/** The ratified extension that makes points Gaussians. */
export const EXTENSION = 'KHR_gaussian_splatting'

/** Name of one of its vertex attributes. */
export function splatting(name: string): string {
  return `${EXTENSION}:${name}`
}

/** Name of the attribute with coefficient `k` of all bands, counted from the constant one. */
export function coefficientName(k: number): string {
  const band = Math.floor(Math.sqrt(k))
  return splatting(`SH_DEGREE_${band}_COEF_${k - band * band}`)
}
