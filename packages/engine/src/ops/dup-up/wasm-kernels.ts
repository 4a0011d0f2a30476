import { wasmKernel } from '../../wasm/kernel.ts'

export const dupUpKernel = wasmKernel('dupUp', {
  x: 'pointer',
  add: 'pointer?',
  out: 'pointer',
  width: 'i32',
  channels: 'i32',
  outChannels: 'i32',
  repeats: 'i32',
})
