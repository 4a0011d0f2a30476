import type { DType } from './dtype.ts'
import type { Engine, EngineKind, Span, TensorData } from './engine.ts'
import type { Loss } from './loss.ts'
import type { Op } from './op.ts'
import type { Storage, Tensor } from './tensor.ts'
import type { GpuFeatures } from './webgpu/features.ts'

/**
 * What a kind of engine must be able to do; `createEngine` makes an engine of it: scopes, the lock, waits that can be
 * stopped. Each storage knows whether it was freed, and is then not looked into.
 */
export interface Backend {
  readonly kind: EngineKind
  readonly name: string
  readonly half: 'f16' | 'f32'
  readonly bytes: boolean
  readonly gpu?: GpuFeatures
  readonly loss: Loss
  /** The most bytes that were ever allocated at once. */
  readonly peakBytes: number
  readonly broughtBytes?: number
  /**
   * Memory whose contents are undefined.
   * @param used what the operation that writes it uses: tensors, or a value made of them
   * @throws EngineError `engine/limit`, `engine/out-of-memory`, `engine/freed`
   */
  allocate(shape: readonly number[], dtype: DType, used?: unknown): Tensor
  free(storage: Storage): void
  run<Args extends object>(op: Op<Args>, args: Args, out: Tensor): void
  /** As many numbers as `x` has elements. */
  write(x: Tensor, data: TensorData): void
  /** A tensor of these numbers that is on the device only while it is used. Left out where its memory is the host's. */
  hold?(shape: readonly number[], dtype: DType, data: TensorData): Tensor
  /** As `Engine.unload`, of one storage. */
  unload?(storage: Storage): void
  clear(x: Tensor): void
  /** Both wait for what was recorded, and fail as `finish` does. `into` has a place for each element. */
  read(x: Tensor, into: Float32Array): Promise<void>
  readWords(x: Tensor): Promise<Uint32Array>
  /** Waits until all that was recorded is done. Rejects when the device refused any of it since the last wait. */
  finish(): Promise<void>
  /** Hands over what was recorded, and waits only until what two calls before handed over is done. */
  pace(): Promise<void>
  /** The work that had the engine is over: nobody waits for what was recorded so far, and what is held leaves the device. */
  abandon(): void
  /** As `Engine.prepare`. */
  prepare(body: (engine: Engine) => Promise<unknown>): Promise<void>
  trim(): void
  time<T>(label: string, body: () => T): T
  spans(): Promise<Span[]>
  dispose(): void
}
