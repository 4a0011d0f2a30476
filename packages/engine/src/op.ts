import type { Tensor, TensorSpec } from './tensor.ts'
import type { GpuRecorder } from './webgpu/recorder.ts'
import type { WasmHost } from './wasm/host.ts'

/**
 * One operation: what it checks, what comes out, and how each kind of backend computes it.
 *
 * `reference` is slow and obvious and decides what is right; a CPU backend without a `wasm` version
 * runs it. Inputs are never written to, so an output never shares memory with them.
 */
export interface Op<Args extends object> {
  readonly name: string
  /** Checks the arguments and says what comes out. @throws ShapeError */
  output(args: Args): TensorSpec
  /** Multiplications and additions, two for each pair; only operations that are made of those tell. */
  flops?(args: Args): number
  reference(args: Args, out: Tensor): void
  wasm?(args: Args, out: Tensor, wasm: WasmHost): void
  webgpu(args: Args, out: Tensor, gpu: GpuRecorder): void
}
