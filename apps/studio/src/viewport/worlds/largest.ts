import type { Gaussians } from '@flashworld/splats'
import { keepMostImportant } from '@flashworld/splats'

/** Of a cloud the Gaussians that cover most, by their opacity and the two longer of their axes. */
export function largest(cloud: Gaussians, most: number): Gaussians {
  if (cloud.count <= most) return cloud
  const { scales, opacities } = cloud
  const covers = opacities.map((opacity, i) => {
    const [a, b, c] = [scales[i * 3]!, scales[i * 3 + 1]!, scales[i * 3 + 2]!]
    return (opacity * a * b * c) / Math.min(a, b, c)
  })
  return keepMostImportant(cloud, covers, most)
}
