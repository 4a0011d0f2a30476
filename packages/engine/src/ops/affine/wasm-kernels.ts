import { wasmKernel } from '../../wasm/kernel.ts'

export const affineKernel = wasmKernel('affine', {
  x: 'pointer',
  scale: 'pointer',
  shift: 'pointer',
  out: 'pointer',
  size: 'i32',
  rows: 'i32',
  rowsPerJob: 'i32',
})
