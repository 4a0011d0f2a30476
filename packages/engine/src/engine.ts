import type { DType } from './dtype.ts'
import type { Op } from './op.ts'
import type { Tensor } from './tensor.ts'

export type EngineKind = 'reference' | 'wasm' | 'webgpu'

export interface EngineMemory {
  /** Buffers that a tensor still owns. */
  readonly liveBuffers: number
  readonly liveBytes: number
  /** The most bytes that were ever allocated at once, those kept for re-use included. */
  readonly peakBytes: number
}

/**
 * A place where tensors live and operations run.
 *
 * Operations record and return at once; `read` and `settle` wait. Memory is freed by scope.
 */
export interface Engine {
  readonly kind: EngineKind
  /** The hardware in words, for people. */
  readonly name: string
  /** What activations and weight matrices are stored as: f16 where the device has it and it was asked for. */
  readonly half: 'f16' | 'f32'
  readonly memory: EngineMemory

  run<Args extends object>(op: Op<Args>, args: Args): Tensor

  /** Copies numbers in; they are converted when `dtype` says so (default f32, or u32 for a Uint32Array). */
  upload(
    data: Float32Array | Float16Array | Uint32Array,
    shape: readonly number[],
    dtype?: DType,
  ): Tensor
  zeros(shape: readonly number[], dtype?: DType): Tensor
  /** Copies the elements out as f32 (or as u32). @throws EngineError when the device failed meanwhile */
  read(x: Tensor): Promise<Float32Array>
  readWords(x: Tensor): Promise<Uint32Array>

  /**
   * Runs `body` and frees every tensor made in it, except those in its result (a tensor, or arrays and
   * records of tensors). An async body's tensors are freed when it settles.
   */
  scope<T>(body: () => T): T
  /** Frees a tensor early, or all tensors in arrays and records. */
  release(value: unknown): void
  /** Hands recorded work to the device and lets other work of this thread have a turn. */
  settle(): Promise<void>
  /** Gives memory that is kept for re-use back to the system. */
  trim(): void
  /** Times `body` on the device and adds it to `timings` under `label`. */
  time<T>(label: string, body: () => Promise<T>): Promise<T>
  /** Seconds by label so far; clears them. */
  timings(): Promise<Record<string, number>>
  dispose(): void
}
