import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import type { DeviceWords, Engine } from '@flashworld/engine'
import {
  createReferenceEngine,
  createWasmEngine,
  EngineError,
  gpuFeatures,
} from '@flashworld/engine'
import { gpuEngine } from '../gpu.ts'
import type { Precision } from '../precision.ts'
import { openGpu } from './gpu.ts'
import { spawnThread } from './threads.ts'

/** Where models run: `auto` takes a GPU when there is one, else the CPU; `reference` is plain TypeScript, for tests. */
export const backends = ['auto', 'webgpu', 'wasm', 'reference'] as const

/** One of `backends`. */
export type Backend = (typeof backends)[number]

/** Where a model will run, and what is known of it. */
export interface EngineOptions {
  /** `auto` takes a GPU when there is one, else the CPU. */
  readonly backend: Backend
  /** Of a GPU; the quickest that it does well when left out. CPUs compute in f32. */
  readonly precision?: Precision | undefined
  /** CPU threads; one a core when left out. */
  readonly threads?: number | undefined
}

/**
 * Opens the place where a model will run.
 * @throws EngineError `engine/unsupported` when this machine has no such backend
 * @example
 * ```ts
 * import { openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * console.log(engine.kind, engine.name)
 * ```
 */
export async function openEngine({ backend, precision, threads }: EngineOptions): Promise<Engine> {
  if (backend === 'reference') return createReferenceEngine()
  if (backend === 'wasm') return openWasm(threads)
  const gpu = await openGpu()
  if (backend === 'auto')
    return gpu.device && !gpu.software ? gpuEngine(gpu, precision) : openWasm(threads)
  if (!gpu.device) {
    throw new EngineError('engine/unsupported', `webgpu: ${gpu.why}`)
  }
  return gpuEngine(gpu, precision)
}

const openWasm = (threads = availableParallelism()) =>
  createWasmEngine({
    threads,
    spawn: spawnThread,
    ...(hasTestedWideVectors && { setV8Flag: setFlagsFromString }),
  })

/** V8's 256-bit vectors are an experiment of its makers: taken where our tests ran with them, which is Node 24 on x64. */
const hasTestedWideVectors = process.arch === 'x64' && process.versions.v8.startsWith('13.6.')

/** What `doctor` tells about one backend. */
export interface BackendReport {
  readonly name: Backend
  readonly available: boolean
  readonly description: string
  readonly limits: Readonly<Record<string, string>>
  readonly advice: readonly string[]
}

/**
 * What this machine has of each backend, for people: `flashworld doctor` prints it.
 * @example
 * ```ts
 * import { inspectBackends } from 'flashworld/node'
 *
 * for (const { name, available, description, advice } of await inspectBackends())
 *   console.log(name, available, description, ...advice)
 * ```
 */
export async function inspectBackends(): Promise<BackendReport[]> {
  return [await inspectGpu(), await inspectWasm(), inspectReference()]
}

async function inspectGpu(): Promise<BackendReport> {
  const gpu = await openGpu()
  if (!gpu.device) {
    const advice =
      process.platform === 'linux'
        ? [
            'install the Vulkan driver of your GPU and its loader: apt-get install libvulkan1 mesa-vulkan-drivers, or the driver of NVIDIA',
            'in a container, ask for the graphics capability as well as compute: NVIDIA_DRIVER_CAPABILITIES=all',
          ]
        : ['update the driver of your GPU']
    return { name: 'webgpu', available: false, description: gpu.why, limits: {}, advice }
  }
  const { limits, features } = gpu.device
  const words: DeviceWords = { limits, features, adapterInfo: gpu.info }
  const has = (feature: string) => (features.has(feature) ? 'yes' : 'no')
  const advice = gpu.software
    ? ['this device computes on the CPU: `auto` takes wasm instead, which is faster']
    : []
  if (!features.has('shader-f16'))
    advice.push('no shader-f16: numbers are stored as f32, at twice the memory')
  return {
    name: 'webgpu',
    available: true,
    description: gpu.name,
    limits: {
      'largest buffer': gibibytes(limits.maxBufferSize),
      'largest binding': gibibytes(limits.maxStorageBufferBindingSize),
      'f16 (shader-f16)': has('shader-f16'),
      subgroups: subgroupsOf(words),
      'matrix units': matrixUnitsOf(words),
      'timestamps (timestamp-query)': has('timestamp-query'),
    },
    advice,
  }
}

const subgroupsOf = ({ adapterInfo, features }: DeviceWords): string => {
  const { subgroupMinSize: least, subgroupMaxSize: most } = adapterInfo ?? {}
  if (!features.has('subgroups') || least === undefined || most === undefined) return 'no'
  return least === most ? `of ${least}` : `of ${least} to ${most}`
}

/** The shapes that the device tells, as M x N x K, and whether the kernels use one of them. */
function matrixUnitsOf(device: DeviceWords): string {
  const shapes = device.adapterInfo?.subgroupMatrixConfigs ?? []
  if (shapes.length === 0) return 'no'
  const all = shapes.map(
    ({ M, N, K, componentType, resultComponentType }) =>
      `${M}x${N}x${K} ${componentType} to ${resultComponentType}`,
  )
  return `${gpuFeatures(device).matrixUnits ? 'used' : 'not used'}: ${all.join(', ')}`
}

async function inspectWasm(): Promise<BackendReport> {
  const engine = await openWasm()
  const { name } = engine
  engine.dispose()
  return {
    name: 'wasm',
    available: true,
    description: name,
    limits: { 'largest memory': '4.0 GiB' },
    advice: [],
  }
}

const inspectReference = (): BackendReport => ({
  name: 'reference',
  available: true,
  description: 'plain TypeScript, the oracle of the tests; slow',
  limits: {},
  advice: [],
})

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
