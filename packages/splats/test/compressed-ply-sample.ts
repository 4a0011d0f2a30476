/** What the sample's Gaussians are, in the file's frame. */
export interface CompressedSample {
  readonly bytes: Uint8Array
  readonly count: number
}

const BOUNDS = ['x', 'y', 'z', 'scale_x', 'scale_y', 'scale_z', 'r', 'g', 'b']
const RANGES = [
  [-1, 3],
  [0, 2],
  [5, 5],
  [-4, 0],
  [-4, -2],
  [-3, -1],
  [0, 1],
  [-1, 1],
  [0, 2],
]
const WORDS = ['position', 'rotation', 'scale', 'color']

/**
 * A compressed PLY of 300 Gaussians (two chunks, the second with bounds moved by 10 in x), degree
 * 1. Gaussian 0 has all words 0, Gaussian 1 all bits set, the others are mixed.
 */
export function compressedPlySample(): CompressedSample {
  const count = 300
  const names = ['min', 'max'].flatMap((side) => BOUNDS.map((name) => `${side}_${name}`))
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    'element chunk 2',
    ...names.map((name) => `property float ${name}`),
    `element vertex ${count}`,
    ...WORDS.map((name) => `property uint packed_${name}`),
    `element sh ${count}`,
    ...Array.from({ length: 9 }, (_, i) => `property uchar f_rest_${i}`),
    'end_header\n',
  ].join('\n')
  const bounds = [0, 10].flatMap((shift) =>
    [0, 1].flatMap((side) => RANGES.map((range, i) => range[side]! + (i === 0 ? shift : 0))),
  )
  const words = Array.from({ length: count * 4 }, (_, i) =>
    i < 4 ? 0 : i < 8 ? 0xffffffff : Math.imul(i, 0x9e3779b1) >>> 0,
  )
  const rest = Array.from({ length: count * 9 }, (_, i) => (i < 9 ? 0 : i < 18 ? 255 : i % 251))
  return {
    count,
    bytes: Uint8Array.from([
      ...new TextEncoder().encode(header),
      ...new Uint8Array(Float32Array.from(bounds).buffer),
      ...new Uint8Array(Uint32Array.from(words).buffer),
      ...rest,
    ]),
  }
}
