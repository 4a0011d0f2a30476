import { gpuFeatures } from '@flashworld/engine'
import { isSoftware, nameOfAdapter } from '../gpu.ts'
import { findAdapter } from './backends.ts'

/** A browser's GPU, as its adapter tells it. */
export interface GpuCapabilities {
  /** The hardware in words. */
  readonly name: string
  /** It computes on the CPU: right, but slow. */
  readonly software: boolean
  /** Half the memory, and twice the speed of f32. */
  readonly f16: boolean
  readonly subgroups: boolean
  /** Products of matrices on units of their own. */
  readonly matrixUnits: boolean
  /** Of one buffer as kernels see it, bytes. */
  readonly bindingBytes: number
  readonly bufferBytes: number
}

/** What a browser has of that which the library can use. */
export interface BrowserCapabilities {
  /** Undefined, with the reason in `whyNoGpu`, where there is none. */
  readonly gpu: GpuCapabilities | undefined
  readonly whyNoGpu: string | undefined
  /** The page is cross-origin isolated: threads may share memory. */
  readonly isolated: boolean
  readonly sharedMemory: boolean
  /** Of the CPU. */
  readonly cores: number
  /** The origin's private file system, in which models are stored. */
  readonly storage: boolean
  /** What the origin may store, and what it has stored, bytes; undefined where the browser does not tell. */
  readonly quotaBytes: number | undefined
  readonly usedBytes: number | undefined
  /** Films can be encoded. */
  readonly webCodecs: boolean
}

/**
 * Looks what this browser has; opens no device and asks nobody for anything. In a page or a worker.
 * @example
 * ```ts shown
 * import { browserCapabilities } from 'flashworld/browser'
 *
 * const { gpu, whyNoGpu, isolated, cores } = await browserCapabilities()
 * console.log(gpu ? 'WebGPU' : whyNoGpu, isolated ? `${cores} threads` : 'one thread')
 * ```
 */
export async function browserCapabilities(): Promise<BrowserCapabilities> {
  const [{ gpu, whyNoGpu }, { quota, usage }, storage] = await Promise.all([
    lookForGpu(),
    // a page without HTTPS has no `storage`
    Promise.resolve(navigator.storage?.estimate())
      .catch(() => undefined)
      .then((told) => told ?? {}),
    hasPrivateFiles(),
  ])
  return {
    gpu,
    whyNoGpu,
    isolated: globalThis.crossOriginIsolated === true,
    sharedMemory: typeof SharedArrayBuffer === 'function',
    cores: navigator.hardwareConcurrency,
    storage,
    quotaBytes: quota,
    usedBytes: usage,
    webCodecs: 'VideoEncoder' in globalThis,
  }
}

async function lookForGpu(): Promise<Pick<BrowserCapabilities, 'gpu' | 'whyNoGpu'>> {
  const adapter = await findAdapter()
  if ('why' in adapter) return { gpu: undefined, whyNoGpu: adapter.why }
  const { features, limits, info } = adapter
  const { f16, matrixUnits } = gpuFeatures({ features, limits, adapterInfo: info })
  return {
    gpu: {
      name: nameOfAdapter(info),
      software: isSoftware(info),
      f16,
      subgroups: features.has('subgroups'),
      matrixUnits,
      bindingBytes: limits.maxStorageBufferBindingSize,
      bufferBytes: limits.maxBufferSize,
    },
    whyNoGpu: undefined,
  }
}

/** Some browsers have it only outside of private windows. */
const hasPrivateFiles = (): Promise<boolean> =>
  Promise.resolve(navigator.storage?.getDirectory?.()).then(Boolean, () => false)
