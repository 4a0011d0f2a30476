import { wasmKernel } from '../../wasm/kernel.ts'

export const avgDownKernel = wasmKernel('avgDown', {
  x: 'pointer',
  add: 'pointer?',
  out: 'pointer',
  width: 'i32',
  channels: 'i32',
  outChannels: 'i32',
  timeFactor: 'i32',
  spaceFactor: 'i32',
})
