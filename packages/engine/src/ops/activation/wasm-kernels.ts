import { wasmKernel } from '../../wasm/kernel.ts'

export const activationKernel = wasmKernel('activation', {
  x: 'pointer',
  out: 'pointer',
  activation: 'i32',
  count: 'i32',
  perJob: 'i32',
})
