import { wasmKernel } from '../../wasm/kernel.ts'

export const ropeKernel = wasmKernel('rope', {
  x: 'pointer',
  cos: 'pointer',
  sin: 'pointer',
  out: 'pointer',
  heads: 'i32',
  size: 'i32',
  rows: 'i32',
  rowsPerJob: 'i32',
})
