import type { Gaussians } from '../../gaussians.ts'
import { allocateGaussians } from '../../gaussians.ts'
import { nearestSpacing } from '../../nearest-spacing.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import type { Pace } from '../pace.ts'
import type { Scalar } from './header.ts'
import type { PlyTable } from './table.ts'
import type { VertexCloud } from './vertex-cloud.ts'

/** Names of a point's colour, as CloudCompare, MeshLab and others write them. */
const COLORS = [
  ['red', 'green', 'blue'],
  ['diffuse_red', 'diffuse_green', 'diffuse_blue'],
  ['r', 'g', 'b'],
] as const

const POSITION = ['x', 'y', 'z'] as const

/** Standard deviation of a point that has no neighbour, world units. */
const LONE_POINT = 0.01

/** Rows decoded at once. */
const BLOCK = 16_384

function colorNames({ properties }: PlyTable) {
  return COLORS.find((names) => names.every((name) => properties.has(name)))
}

/** True for points with colours and nothing of a Gaussian. */
export function isPointCloud(table: PlyTable): boolean {
  const ofSplats = [...table.properties.keys()].some((name) => /^(scale_|rot_|f_dc_)/.test(name))
  return !ofSplats && POSITION.every((name) => table.properties.has(name)) && !!colorNames(table)
}

/**
 * Round, opaque Gaussians in the points' colours. Each has half the distance to its nearest
 * neighbour as standard deviation, so that a surface closes.
 */
export async function readPoints(table: PlyTable, pace: Pace): Promise<VertexCloud> {
  const cloud = allocateGaussians(table.count, 0)
  const colors = colorNames(table)!
  for (let start = 0; start < table.count; start += BLOCK) {
    const end = Math.min(start + BLOCK, table.count)
    for (const [j, name] of POSITION.entries()) {
      const span = { start, end, at: start * 3 + j, stride: 3 }
      table.copyColumn(table.properties.get(name)!, cloud.positions, span)
    }
    for (const [j, name] of colors.entries()) {
      const property = table.properties.get(name)!
      const white = WHITE[property.type]
      const map = (value: number) => (value / white - 0.5) / SH_C0
      table.copyColumn(property, cloud.sh, { start, end, at: start * 3 + j, stride: 3, map })
    }
    await pace()
  }
  cloud.opacities.fill(1)
  for (let i = 0; i < table.count; i++) cloud.rotations[i * 4] = 1
  const spacing = await nearestSpacing(cloud.positions, pace)
  setScales(cloud, spacing)
  return {
    cloud,
    used: new Set<string>([...POSITION, ...colors]),
    notes: [
      'a point cloud, not a splat: each point became a round Gaussian as large as its spacing',
    ],
  }
}

/** Full intensity in each type of column. */
const WHITE: Record<Scalar, number> = {
  int8: 127,
  uint8: 255,
  int16: 32767,
  uint16: 65535,
  int32: 255,
  uint32: 255,
  float32: 1,
  float64: 1,
}

function setScales({ scales }: Gaussians, spacing: Float32Array): void {
  for (let j = 0; j < scales.length; j++) {
    const distance = spacing[Math.floor(j / 3)]!
    scales[j] = distance > 0 ? distance / 2 : LONE_POINT
  }
}
