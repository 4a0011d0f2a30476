// Everything that src/wasm may call. All variants export the same names in the same order.
export { drain, serve } from './team'
export { packPanels, linear } from './linear'
