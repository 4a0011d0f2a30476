import type { Engine } from '@flashworld/engine'
import { createWasmEngine, EngineError } from '@flashworld/engine'
import type { Gpu, NoGpu } from '../gpu.ts'
import { gpuEngine, openDevice } from '../gpu.ts'
import type { Precision } from '../precision.ts'
import { spawnThread } from './threads.ts'

/** Where a model runs: `auto` takes WebGPU when there is a GPU, else WebAssembly. */
export type Backend = 'auto' | 'webgpu' | 'wasm'

/** Where a model will run, and what is known of it. */
export interface EngineOptions {
  /** `auto`, the default, takes a GPU when there is one, else the CPU. */
  readonly backend?: Backend
  /** Of a GPU; the quickest that it does well when left out. CPUs compute in f32. */
  readonly precision?: Precision
  /** CPU threads; one a core when left out. Always one where the page is not cross-origin isolated. */
  readonly threads?: number
}

/**
 * Opens the place where a model will run, in a worker or a page.
 * @throws EngineError `engine/unsupported` when this browser has no such backend
 * @example
 * ```ts shown
 * import { openEngine } from 'flashworld/browser'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * console.log(engine.kind, engine.name)
 * ```
 */
export async function openEngine({
  backend = 'auto',
  precision,
  threads = navigator.hardwareConcurrency,
}: EngineOptions = {}): Promise<Engine> {
  if (backend === 'wasm') return openWasm(threads)
  const gpu = await openGpu()
  if (backend === 'auto')
    return gpu.device && !gpu.software ? gpuEngine(gpu, precision) : openWasm(threads)
  if (!gpu.device) throw new EngineError('engine/unsupported', `webgpu: ${gpu.why}`)
  return gpuEngine(gpu, precision)
}

const openWasm = (threads: number) => createWasmEngine({ threads, spawn: spawnThread })

/**
 * Opens the browser's best GPU with its limits and features; undefined with the reason in `why` when there is none.
 * @example
 * ```ts shown
 * import { openGpu } from 'flashworld/browser'
 *
 * const gpu = await openGpu()
 * console.log(gpu.device ? 'a GPU' : gpu.why)
 * ```
 */
export async function openGpu(): Promise<Gpu | NoGpu> {
  const adapter = await findAdapter()
  if ('why' in adapter) return adapter
  return openDevice(adapter).catch(noGpu)
}

/** The browser's best GPU as it tells of itself, or why there is none. */
export async function findAdapter(): Promise<GPUAdapter | NoGpu> {
  // the types know no browser without it, nor that it is missing in pages that are not secure
  const gpu = navigator.gpu as GPU | undefined
  if (!gpu) return noGpu('this browser, or a page without HTTPS, has no WebGPU')
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(noGpu)
  return adapter ?? noGpu('the browser found no GPU that it trusts')
}

const noGpu = (why: unknown): NoGpu => ({ device: undefined, why: String(why) })
