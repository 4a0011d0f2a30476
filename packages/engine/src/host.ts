import type { Storage, Tensor } from './tensor.ts'

/** Storage that this thread can look into: that of the reference and the WebAssembly backend. Always f32 or u32. */
export interface HostStorage extends Storage {
  floats(): Float32Array
  words(): Uint32Array
}

/** The elements of a tensor of a CPU backend. */
export const floats = (x: Tensor): Float32Array => (x.storage as HostStorage).floats()

export const words = (x: Tensor): Uint32Array => (x.storage as HostStorage).words()
