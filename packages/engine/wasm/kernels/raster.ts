// Gaussians to images. Once a scene: prepare; then for each view: project, emit (into tiles), blend.
export { rasterPrepare, rasterProject } from './raster-project'
export { rasterEmit } from './raster-bin'
export { rasterBlend } from './raster-blend'
