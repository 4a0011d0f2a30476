export type { RasterizeArgs, RasterizeOptions, SceneArgs } from './arguments.ts'
export { rasterize, rasterizeOp } from './rasterize.ts'
export { contributions, contributionsOp } from './contributions.ts'
export { renderToRgba8 } from './rgba8.ts'
