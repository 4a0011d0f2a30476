import { wasmKernel } from '../../wasm/kernel.ts'

export const gaussianSampleKernel = wasmKernel('gaussianSample', {
  moments: 'pointer',
  eps: 'pointer',
  out: 'pointer',
  size: 'i32',
  rows: 'i32',
  rowsPerJob: 'i32',
})
