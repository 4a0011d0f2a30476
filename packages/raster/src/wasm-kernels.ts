import { numbers, wasmKernel } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'

/** Sizes of what the kernels hand on from one to the next, and of what one of them keeps of its tile's pixels. */
export const constants = {
  GAUSSIAN_FLOATS: PACKED_FLOATS,
  /** Pixels along a tile's side. */
  TILE: 16,
  SPLAT_BYTES: 64,
  /** Of four Gaussians: 13 vectors. */
  PREPARED_BYTES: 13 * 16,
  /** Of four pixels: light, colours, depth and the light that was left, a vector each. */
  PIXEL_GROUP_BYTES: 6 * 16,
  /** Four rows of a splat's groups in the making. */
  DRAFT_BYTES: 4 * 16,
  /** Of each number of a list of groups: room for all 64 of a tile, and for four that are written past the end. */
  LIST_BYTES: 4 * (64 + 4),
  SORT_DIGIT_BITS: 11,
  SORT_PASSES: 3,
}

export const rasterPrepareKernel = wasmKernel('rasterPrepare', {
  /** `[count, GAUSSIAN_FLOATS]` */
  gaussians: 'pointer',
  count: 'i32',
  prepared: 'pointer',
  /** Gaussians a block: a multiple of four. */
  perBlock: 'i32',
  minAlpha: 'f64',
})

export const rasterProjectKernel = wasmKernel(
  'rasterProject',
  {
    gaussians: 'pointer',
    count: 'i32',
    prepared: 'pointer',
    perBlock: 'i32',
    splats: 'pointer',
    /** Splats of each block. */
    splatCounts: 'pointer',
    /** `[blocks, tiles]` */
    tally: 'pointer',
    width: 'i32',
    height: 'i32',
    /** World to camera: right, down, forward. */
    rotation: numbers('f32', 9),
    position: numbers('f32', 3),
    fx: 'f32',
    fy: 'f32',
    cx: 'f32',
    cy: 'f32',
    leastSlopeX: 'f32',
    mostSlopeX: 'f32',
    leastSlopeY: 'f32',
    mostSlopeY: 'f32',
    near: 'f32',
    far: 'f32',
    blur: 'f32',
  },
  { lanes: () => 14 * 16 },
)

export const rasterEmitKernel = wasmKernel(
  'rasterEmit',
  {
    splats: 'pointer',
    splatCounts: 'pointer',
    /** `[blocks, tiles]`: where the pairs of each block and tile start. */
    pairStarts: 'pointer',
    perBlock: 'i32',
    tileColumns: 'i32',
    tileCount: 'i32',
    pairs: 'pointer',
    weights: 'pointer?',
    sums: 'pointer?',
  },
  { cursors: ({ tileCount }) => 4 * tileCount },
)

export const rasterBlendKernel = wasmKernel(
  'rasterBlend',
  {
    splats: 'pointer',
    pairs: 'pointer',
    /** `[tiles + 1]` */
    tileStarts: 'pointer',
    /** Pairs of the tile that has most. */
    mostPairs: 'i32',
    width: 'i32',
    height: 'i32',
    /** `[height, width, 4]` */
    image: 'pointer?',
    weights: 'pointer?',
    background: numbers('f32', 3),
    minAlpha: 'f32',
    maxAlpha: 'f32',
    minTransmittance: 'f32',
  },
  {
    pixels: () => (constants.TILE ** 2 / 4) * constants.PIXEL_GROUP_BYTES,
    list: () => constants.DRAFT_BYTES + 3 * constants.LIST_BYTES,
    items: ({ mostPairs }) => 8 * mostPairs,
    sort: ({ mostPairs }) =>
      8 * mostPairs + 4 * constants.SORT_PASSES * 2 ** constants.SORT_DIGIT_BITS,
  },
)
