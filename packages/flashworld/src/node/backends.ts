import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import type { Engine } from '@flashworld/engine'
import { createReferenceEngine, createWasmEngine, EngineError } from '@flashworld/engine'
import { gpuEngine, openGpu } from './gpu.ts'
import { spawnThread } from './threads.ts'

export const backends = ['auto', 'webgpu', 'wasm', 'reference'] as const

export type Backend = (typeof backends)[number]

export interface EngineOptions {
  /** `auto` takes a GPU when there is one, else the CPU. */
  readonly backend: Backend
  /** What a GPU stores numbers as; f16 where it can when left out. CPUs compute in f32. */
  readonly precision?: 'f16' | 'f32' | undefined
  /** CPU threads; one a core when left out. */
  readonly threads?: number | undefined
}

/** Opens the place where a model will run. @throws EngineError `engine/unsupported` when this machine has no such backend */
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

export async function inspectBackends(): Promise<BackendReport[]> {
  return [await inspectGpu(), await inspectWasm(), inspectReference()]
}

async function inspectGpu(): Promise<BackendReport> {
  const gpu = await openGpu()
  if (!gpu.device) {
    const advice = [
      'install your GPU driver with Vulkan (Linux: also libvulkan1), Metal (macOS) or D3D12 (Windows) support',
      'in a container, ask for the graphics capability as well as compute',
    ]
    return { name: 'webgpu', available: false, description: gpu.why, limits: {}, advice }
  }
  const { limits, features } = gpu.device
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
      'matrix units (subgroup matrix)': has('chromium-experimental-subgroup-matrix'),
      'timestamps (timestamp-query)': has('timestamp-query'),
    },
    advice,
  }
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
