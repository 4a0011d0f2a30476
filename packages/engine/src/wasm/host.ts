import type { Tensor } from '../tensor.ts'
import type { Fields, Values, WasmKernel } from './kernel.ts'

export interface KernelCall<F extends Fields> {
  readonly jobs: number
  readonly args: Values<NoInfer<F>>
}

/** What an operation's WebAssembly version may use. Addresses are bytes in the kernels' memory. */
export interface WasmHost {
  readonly threads: number
  /** Columns of a product's tile: of a panel of weights. */
  readonly tileColumns: number
  /** Where a tensor's elements start; 0 for none. */
  pointer(x: Tensor | undefined): number
  /** Runs jobs 0 to `jobs` - 1 of a kernel over all threads and returns when they are done. */
  parallel<F extends Fields>(kernel: WasmKernel<F>, call: KernelCall<F>): void
  /**
   * Memory that `fill` computes from a tensor: weights in the order a kernel wants them. It is made once
   * for each `key` and freed with the tensor.
   */
  derived(
    x: Tensor,
    key: string,
    source: { bytes: number; fill: (pointer: number) => void },
  ): number
  /** A view of memory; dead once memory has grown. */
  floatsAt(pointer: number, length: number): Float32Array
  /** Memory for as long as `body` runs. */
  temporary(bytes: number, body: (pointer: number) => void): void
}
