import { wasmKernel } from '../../wasm/kernel.ts'

export const layerNormKernel = wasmKernel('layerNorm', {
  x: 'pointer',
  out: 'pointer',
  size: 'i32',
  eps: 'f64',
  weight: 'pointer?',
  bias: 'pointer?',
  scale: 'pointer?',
  shift: 'pointer?',
  rows: 'i32',
  rowsPerJob: 'i32',
})
