// Gaussians to images. Once a scene: prepare; then for each view: project, emit (into tiles), blend.
export { rasterPrepare, rasterProject } from './project'
export { rasterEmit } from './bin'
export { rasterBlend } from './blend'
