// Everything that src/wasm may call. All variants export the same names in the same order.
export { drain, memoryStart, serve } from './team'
export { packPanels, linear } from './linear'
export { conv2d } from './conv2d'
export { attention } from './attention'
export { rmsNorm, layerNorm } from './norms'
export { activation, affine, blend, gaussianSample, rope } from './elementwise'
export { avgDown, copyRuns, dupUp, permute } from './layout'
export { rasterPrepare, rasterProject, rasterEmit, rasterBlend } from './raster'
