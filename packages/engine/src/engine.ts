import type { DType } from './dtype.ts'
import type { EngineError } from './errors.ts'
import type { Op } from './op.ts'
import type { Tensor } from './tensor.ts'
import type { WaitOptions } from './wait.ts'
import type { GpuFeatures } from './webgpu/features.ts'

export type EngineKind = 'reference' | 'wasm' | 'webgpu'

/** Numbers for a tensor. */
export type TensorData = Float32Array | Float16Array | Uint32Array

export interface EngineMemory {
  /** Buffers that a tensor still owns. */
  readonly liveBuffers: number
  readonly liveBytes: number
  /** The most bytes of the device that were ever allocated at once, those kept for re-use included. */
  readonly peakBytes: number
  /** Bytes of what is held that went to the device so far. */
  readonly broughtBytes: number
}

/** When the device was at something: seconds by a clock of its own. */
export interface Span {
  readonly label: string
  readonly start: number
  readonly end: number
}

export interface ReadOptions extends WaitOptions {
  /** Where the numbers go; for a large tensor, fresh memory takes longer than the copy into it. */
  readonly into?: Float32Array | undefined
}

/**
 * A place where tensors live and operations run.
 *
 * Operations record and return at once; `read` and `settle` wait. What the device says against recorded work fails the
 * next wait, and that one only. Memory is freed by scope. One piece of work has the engine at a time.
 *
 * Everything here throws (or rejects with) EngineError `engine/lost` once the device is gone, and `engine/busy` while
 * another piece of work has the engine; `release` and `dispose` always work.
 */
export interface Engine extends Disposable {
  readonly kind: EngineKind
  /** The hardware in words, for people. */
  readonly name: string
  /** What activations and weight matrices are stored as: f16 where the device has it and it was asked for. */
  readonly half: 'f16' | 'f32'
  /** Whether networks should keep what may be quantised in 8 bits: products of such rows are quicker here. */
  readonly bytes: boolean
  readonly memory: EngineMemory
  /** What a GPU's kernels may count on; undefined on a CPU. */
  readonly gpu: GpuFeatures | undefined
  /** Fulfilled with the reason when the device is lost; the engine is of no use then. */
  readonly lost: Promise<EngineError>

  /** @throws ShapeError; EngineError `engine/freed`, `engine/limit`, `engine/out-of-memory` */
  run<Args extends object>(op: Op<Args>, args: Args): Tensor

  /**
   * Copies numbers in; they are converted when `dtype` says so (default f32, or u32 for a Uint32Array).
   * @throws RangeError unless there is one for each element; EngineError `engine/limit`, `engine/out-of-memory`
   */
  upload(data: TensorData, shape: readonly number[], dtype?: DType): Tensor
  /**
   * As `upload`, but the numbers stay in the host's memory and are on the device only while they are used: from the
   * first operation that reads the tensor until `unload`, or until the work that has the engine ends. What is held for
   * one operation may so take the place of what was held for the one before. A CPU's tensors are in that memory anyway.
   */
  hold(data: TensorData, shape: readonly number[], dtype?: DType): Tensor
  /** What is held of a value (a tensor, or arrays and records of tensors) leaves the device until it is used again. */
  unload(value: unknown): void
  zeros(shape: readonly number[], dtype?: DType): Tensor
  /**
   * Copies the elements out as f32 (or as u32).
   * @throws RangeError unless `into` has a place for each; EngineError `engine/device-error`, `engine/out-of-memory`, `engine/freed`, `engine/timeout`; the signal's reason
   */
  read(x: Tensor, options?: ReadOptions): Promise<Float32Array>
  readWords(x: Tensor, options?: WaitOptions): Promise<Uint32Array>

  /**
   * Runs `body` with an engine of its own and frees every tensor made on that one, except those in the result (a tensor,
   * or arrays and records of tensors). An async body's tensors are freed when it settles; what runs beside it has other
   * scopes, and other tensors.
   */
  scope<T>(body: (engine: Engine) => T): T
  /** Frees a tensor early, or all tensors in arrays and records. */
  release(value: unknown): void
  /**
   * Takes the engine for one piece of work (a generation, say). Until that ends, only `use.engine` works.
   * @param label the work in a word or two, told to those who are refused
   * @throws EngineError `engine/busy`, `engine/lost`
   * @example
   * using work = engine.use('a render')
   * const pixels = await work.engine.read(draw(work.engine))
   */
  use(label: string): EngineUse
  /**
   * Hands recorded work to the device, waits until it is done, and lets other work of this thread have a turn.
   * @throws as `read`
   */
  settle(options?: WaitOptions): Promise<void>
  /**
   * As `settle`, but waits only for what was handed over two calls before, so that the device is never without work:
   * for long work that tells its progress and can be stopped.
   * @throws as `read`, of the work that it waits for
   */
  pace(options?: WaitOptions): Promise<void>
  /**
   * Makes ready what `body` would run: kernels are compiled beside each other, and beside whatever else goes on, instead
   * of one by one when each is first met. Where nothing is to be compiled, `body` is not called.
   * @param body runs on an engine that computes nothing and reads zeros. What it throws is thrown.
   */
  prepare(body: (engine: Engine) => Promise<unknown>): Promise<void>
  /** Gives memory that is kept for re-use back to the system. */
  trim(): void
  /** Times what `body` has the device do; of an async body, until its promise is fulfilled. */
  time<T>(label: string, body: () => T): T
  /** What was timed since the last time, in the order in which it ended. @throws as `read` */
  spans(options?: WaitOptions): Promise<Span[]>
  /** The same as seconds by label. */
  timings(options?: WaitOptions): Promise<Record<string, number>>
  /** Ends the engine, from whichever scope it is called. */
  dispose(): void
}

/** One piece of work that has the engine. It ends, and what it made is freed, when this is disposed of. */
export interface EngineUse extends Disposable {
  readonly engine: Engine
  /** Tensors of a value outlive the use: they go to whom the engine was taken from. `settle` first. */
  keep<T>(value: T): T
}
