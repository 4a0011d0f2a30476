export * from './axes.ts'
export type { PlyWriteOptions } from './formats/ply/write.ts'
export { readPly } from './formats/ply/read.ts'
export { writePly } from './formats/ply/write.ts'
export type { SpzWriteOptions, ZstdCompress } from './formats/spz/write.ts'
export { readSpz } from './formats/spz/read.ts'
export { writeSpz } from './formats/spz/write.ts'
export type { ReadOptions, SplatFile, WriteOptions } from './formats/format.ts'
export * from './gaussians.ts'
export { PRUNE_OPACITY, pruneByOpacity, selectGaussians } from './prune.ts'
export { SH_C0, shBasis } from './rotate-sh.ts'
export { SplatsError, type SplatsErrorCode } from './splats-error.ts'
export {
  axesChange,
  rotationMatrix,
  type Similarity,
  transformGaussians,
} from './transform.ts'
export { keepValid } from './validity.ts'
