import { dawnOptions } from '../../src/index.ts'
import { nvidia } from './device.ts'

/** Compiles kernels' texts as they are, f16 and matrix units included, and runs none of them. */
export interface TextChecker {
  /** How many texts came. */
  readonly count: number
  /** @returns what the compiler says against them so far */
  complaints(): Promise<string[]>
  check(code: string, label: string): void
  /** A device on which nothing is computed: every number is 0. It checks the texts that come to it. */
  readonly device: GPUDevice
}

let gpu: GPU | undefined

/** Opens the device of Dawn that has every feature and no hardware. */
export async function openTextChecker(): Promise<TextChecker> {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  gpu = create(['backend=null', ...dawnOptions])
  const adapter = (await gpu.requestAdapter())!
  const below = await adapter.requestDevice({
    requiredFeatures: nvidia.features.filter((name) =>
      adapter.features.has(name),
    ) as GPUFeatureName[],
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: adapter.limits.maxStorageBuffersPerShaderStage,
    },
  })
  const checks = new Map<string, Promise<string[]>>()

  const compile = async (code: string, label: string): Promise<string[]> => {
    below.pushErrorScope('validation')
    const module = below.createShaderModule({ code, label })
    const error = below.popErrorScope()
    const { messages } = await module.getCompilationInfo()
    const said = messages.map(
      ({ type, message, lineNum }) => `${label}:${lineNum}: ${type}: ${message}`,
    )
    return (await error) && said.length === 0 ? [`${label}: ${(await error)!.message}`] : said
  }
  const check = (code: string, label: string) => {
    if (!checks.has(code)) checks.set(code, compile(code, label))
  }

  // stands in for all kernels, which may want more workgroup memory than this device has
  const nothing = below.createShaderModule({ code: '@compute @workgroup_size(1) fn main() {}' })
  const own: Partial<Record<keyof GPUDevice, unknown>> = {
    adapterInfo: nvidia.info,
    limits: { ...limitsOf(below.limits), maxComputeWorkgroupStorageSize: 48 << 10 },
    createShaderModule({ code, label = '' }: GPUShaderModuleDescriptor) {
      check(code, label)
      return nothing
    },
  }
  return {
    get count() {
      return checks.size
    },
    complaints: async () => (await Promise.all(checks.values())).flat(),
    check,
    device: new Proxy(below, {
      get(target, name) {
        if (name in own) return own[name as keyof GPUDevice]
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }
}

/** The limits as own properties. */
const limitsOf = (limits: GPUSupportedLimits) => {
  const all: Record<string, number> = {}
  for (const name in Object.getPrototypeOf(limits))
    all[name] = limits[name as keyof GPUSupportedLimits] as number
  return all
}
