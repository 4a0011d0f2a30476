import { numbers, wasmKernel } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'

/** Sizes of what the kernels hand on from one to the next, and of what one of them keeps of its tile's pixels. */
export const constants = {
  GAUSSIAN_FLOATS: PACKED_FLOATS,
  /** Pixels of a tile: 64 groups of four in a row, a bit of 64 each. */
  TILE_WIDTH: 32,
  TILE_HEIGHT: 8,
  /** World to camera (right, down, forward), place, focal lengths, principal point, limits of slopes. */
  VIEW_BYTES: 20 * 4,
  SPLAT_BYTES: 64,
  PAIR_BYTES: 8,
  /** Of four Gaussians: 14 vectors. */
  PREPARED_BYTES: 14 * 16,
  /** Of one number for each pixel of a tile, and a cache line, so that equal places do not get in each other's way. */
  PLANE_BYTES: 4 * 32 * 8 + 64,
  /** A tile's splats that are looked at together. */
  BATCH: 64,
  BATCH_ENTRY_BYTES: 104,
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
    blockCount: 'i32',
    /** `[views, VIEW_BYTES]` */
    views: 'pointer',
    viewCount: 'i32',
    /** `[views, blocks, perBlock]` */
    splats: 'pointer',
    /** `[views, blocks]` */
    splatCounts: 'pointer',
    /** `[views, blocks, tiles]` */
    tally: 'pointer',
    width: 'i32',
    height: 'i32',
    near: 'f32',
    far: 'f32',
    blur: 'f32',
  },
  { basis: () => 9 * 16 },
)

export const rasterEmitKernel = wasmKernel(
  'rasterEmit',
  {
    splats: 'pointer',
    splatCounts: 'pointer',
    /** `[views, blocks, tiles]`: where the pairs of each block and tile start. */
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
    /** `[views * tiles + 1]` */
    tileStarts: 'pointer',
    /** Pairs of the tile that has most. */
    mostPairs: 'i32',
    width: 'i32',
    height: 'i32',
    /** `[views, height, width, 4]` */
    images: 'pointer?',
    weights: 'pointer?',
    background: numbers('f32', 3),
    minAlpha: 'f32',
    maxAlpha: 'f32',
    minTransmittance: 'f32',
  },
  {
    pixels: () => 7 * constants.PLANE_BYTES,
    // and one that is written past the end
    batch: () => (constants.BATCH + 1) * constants.BATCH_ENTRY_BYTES,
    numbers: ({ weights, mostPairs }) => (weights ? 4 * mostPairs : 0),
    // as many pairs again, and a word for each digit of three
    sort: ({ mostPairs }) => constants.PAIR_BYTES * mostPairs + 3 * 4 * 2 ** 11,
  },
)
