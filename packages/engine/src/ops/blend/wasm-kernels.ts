import { wasmKernel } from '../../wasm/kernel.ts'

export const blendKernel = wasmKernel('blend', {
  x: 'pointer',
  y: 'pointer',
  out: 'pointer',
  a: 'f32',
  b: 'f32',
  count: 'i32',
  perJob: 'i32',
})
