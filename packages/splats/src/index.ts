/**
 * Gaussians in memory and in files: PLY, SPZ, glTF, USD and others, their axes, pruning and moving.
 *
 * @module @flashworld/splats
 */
export * from './axes.ts'
export { readCompressedPly } from './formats/compressed-ply/read.ts'
export type { ReadOptions, SplatFile, WriteOptions } from './formats/format.ts'
export { readGlb } from './formats/glb/read.ts'
export { writeGlb } from './formats/glb/write.ts'
export * from './formats/index.ts'
export { withAxesComment } from './formats/ply/comments.ts'
export { readPly } from './formats/ply/read.ts'
export { type PlyWriteOptions, writePly } from './formats/ply/write.ts'
export { parseSogMeta, type SogMeta } from './formats/sog-meta.ts'
export { readSplat } from './formats/splat/read.ts'
export { writeSplat } from './formats/splat/write.ts'
export { readSpz } from './formats/spz/read.ts'
export {
  type GzipCompress,
  type SpzWriteOptions,
  writeSpz,
  type ZstdCompress,
} from './formats/spz/write.ts'
export { writeUsda } from './formats/usd/write-usda.ts'
export { writeUsdz } from './formats/usd/write-usdz.ts'
export * from './gaussians.ts'
export { MAX_GAUSSIANS } from './limits.ts'
export { PRUNE_OPACITY, pruneByOpacity, selectGaussians } from './prune.ts'
export { SH_C0, shBasis } from './rotate-sh.ts'
export { SplatsError, type SplatsErrorCode } from './splats-error.ts'
export { keepMostImportant, TIERS } from './tiers.ts'
export { axesChange, type Similarity, transformGaussians } from './transform.ts'
