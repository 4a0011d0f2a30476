import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import type { Engine } from '../src/index.ts'
import {
  createReferenceEngine,
  createWasmEngine,
  createWebGpuEngine,
  dawnOptions,
  deviceDescriptor,
} from '../src/index.ts'
import type { PretendDevice } from './pretend/device.ts'
import { pretend } from './pretend/device.ts'
import { spawnTestWorker } from './threads.ts'

/** A software Vulkan device that Debian's Chromium brings along; it makes WebGPU testable without a GPU. */
const softwareVulkan = '/usr/lib/chromium/vk_swiftshader_icd.json'

export interface TestEngine {
  readonly name: string
  /** Relative L2 error that one operation may show against the reference. */
  readonly tolerance: number
  /** Indices outside of their arrays since the last time, where they are watched. */
  readonly faults?: () => Promise<string[]>
  /** Undefined with a reason when this machine has no such backend; `REQUIRE_GPU=1` makes that a failure. */
  readonly create: (() => Promise<Engine>) | undefined
}

let device: Promise<GPUDevice | undefined> | undefined

/** Dawn's instance must outlive its devices, or the process crashes. */
let gpu: GPU | undefined

/**
 * Dawn asks in every turn of the event loop whether its device is done, on one of the cores that a software device
 * computes on: a fifth of what all took. Once a millisecond will do.
 */
function askSeldom() {
  const { setImmediate, setTimeout } = globalThis
  const isDawns = (callback: (...args: never[]) => void) => `${callback}`.includes('[native code]')
  const seldom = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    isDawns(callback) ? setTimeout(callback, 1, ...args) : setImmediate(callback, ...args)
  globalThis.setImmediate = Object.assign(seldom, setImmediate) as typeof setImmediate
}

/** One device for all tests of a process: a real GPU if the machine has one, else the software one. */
export function testDevice(): Promise<GPUDevice | undefined> {
  return (device ??= openTestDevice().then((device) => device && keepingPipelines(device)))
}

/**
 * The device, holding every pipeline that it made: as long as somebody does, Dawn gives the same again instead of
 * compiling, which on a software device takes a second.
 */
function keepingPipelines(device: GPUDevice): GPUDevice {
  const kept: GPUComputePipeline[] = []
  const make = device.createComputePipeline.bind(device)
  return Object.assign(device, {
    createComputePipeline(descriptor: GPUComputePipelineDescriptor) {
      const pipeline = make(descriptor)
      kept.push(pipeline)
      return pipeline
    },
  })
}

/** A device that a test may destroy. @param limits beyond the default ones: the adapter's, unless `default` */
export async function openTestDevice(
  limits: 'adapter' | 'default' = 'adapter',
): Promise<GPUDevice | undefined> {
  if (!process.env.VK_ICD_FILENAMES && !process.env.VK_DRIVER_FILES && existsSync(softwareVulkan)) {
    process.env.VK_ICD_FILENAMES = softwareVulkan
  }
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  if (!gpu) {
    gpu = create([...dawnOptions])
    askSeldom()
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) return undefined
  const { requiredFeatures, requiredLimits } = deviceDescriptor(adapter)
  return adapter.requestDevice({
    requiredFeatures,
    ...(limits === 'adapter' && { requiredLimits }),
  })
}

/** Every backend that this machine has. What is missing is printed, and fails when `REQUIRE_GPU=1`. */
export async function testEngines(): Promise<TestEngine[]> {
  const gpu = await testDevice()
  const engines: TestEngine[] = [
    { name: 'reference', tolerance: 1e-6, create: () => Promise.resolve(createReferenceEngine()) },
    // sums in f32 in another order than the reference's doubles; exponents of some 60 in f32, for a single row
    { name: 'wasm', tolerance: 6e-6, create: () => createWasmEngine() },
    {
      name: 'wasm, 2 threads',
      tolerance: 6e-6,
      create: () => createWasmEngine({ threads: 2, spawn: spawnTestWorker }),
    },
    {
      name: 'wasm, wide vectors',
      tolerance: 6e-6,
      create: () => createWasmEngine({ setV8Flag: setFlagsFromString }),
    },
    {
      name: 'wasm, plain SIMD',
      tolerance: 6e-6,
      create: () => createWasmEngine({ relaxedSimd: false }),
    },
  ]
  if (gpu) {
    // sums in f32 in another order than the reference's doubles; exponents of some 60 in f32, for a single row
    engines.push({
      name: 'webgpu f32',
      tolerance: 6e-6,
      create: () => Promise.resolve(createWebGpuEngine(gpu)),
    })
  } else missing('webgpu')
  if (gpu?.features.has('shader-f16')) {
    // inputs and outputs rounded to 11 bits: 2^-12 relative each, a few of them in a row
    const create = () => Promise.resolve(createWebGpuEngine(gpu, { half: 'f16' }))
    engines.push({ name: 'webgpu f16', tolerance: 2e-3, create })
  } else missing('webgpu f16')
  if (gpu) engines.push(pretended('webgpu f16, matrix units pretended', pretend(gpu)))
  return engines
}

const pretended = (name: string, { device, faults }: PretendDevice): TestEngine => ({
  name,
  tolerance: 2e-3,
  faults,
  create: () => Promise.resolve(createWebGpuEngine(device, { half: 'f16' })),
})

function missing(name: string) {
  if (process.env.REQUIRE_GPU === '1')
    throw new Error(`REQUIRE_GPU=1, but this machine has no ${name}`)
  process.stderr.write(`skipped: ${name} (no such device here)\n`)
}
