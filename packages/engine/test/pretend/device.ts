import type { PlainText } from './plain-wgsl.ts'
import { faultBinding, plainWgsl } from './plain-wgsl.ts'

/** A device that says it has f16, subgroups of 32 and NVIDIA's matrix units, and watches every index. */
export interface PretendDevice {
  readonly device: GPUDevice
  /** Indices outside of their arrays since the last time, in words. */
  faults(): Promise<string[]>
}

/** What an NVIDIA GPU says of itself through Dawn, as far as kernels are chosen by it. */
export const nvidia = {
  features: [
    'shader-f16',
    'subgroups',
    'subgroup-size-control',
    'chromium-experimental-subgroup-matrix',
  ],
  info: {
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    subgroupMatrixConfigs: [
      { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 },
      { componentType: 'f16', resultComponentType: 'f16', M: 16, N: 16, K: 16 },
      { componentType: 'i8', resultComponentType: 'i32', M: 16, N: 16, K: 32 },
    ],
  },
} as const

const mostArrays = 1 << 16

/**
 * The device below with other words about itself: texts that are made for those go through `plainWgsl`.
 * @param features what it has of `nvidia.features`
 */
export function pretend(
  below: GPUDevice,
  features: readonly string[] = nvidia.features,
): PretendDevice {
  const watched: string[] = []
  const plainTexts = new Map<string, PlainText>()
  const bytes = mostArrays * 4
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage
  const faults = below.createBuffer({ size: bytes, usage: STORAGE | COPY_SRC | COPY_DST })
  below.queue.writeBuffer(faults, 0, new Uint8Array(bytes)) // as shipped, Dawn clears no new buffer

  const own: Partial<Record<keyof GPUDevice, unknown>> = {
    features: new Set([...below.features, ...features]),
    adapterInfo: nvidia.info,
    /** New memory is of no number, so that a result that nobody wrote does not pass for an earlier one. */
    createBuffer(descriptor: GPUBufferDescriptor) {
      const buffer = below.createBuffer(descriptor)
      if (descriptor.usage & STORAGE && descriptor.usage & COPY_DST)
        below.queue.writeBuffer(buffer, 0, new Uint8Array(buffer.size).fill(0xff))
      return buffer
    },
    createShaderModule({ code, label }: GPUShaderModuleDescriptor) {
      const known = plainTexts.get(code)
      const plain = known ?? plainWgsl(code, watched.length)
      if (!known) {
        plainTexts.set(code, plain)
        watched.push(...plain.arrays.map((array) => `${label}: ${array}`))
      }
      return below.createShaderModule({ code: plain.code, ...(label !== undefined && { label }) })
    },
    createBindGroupLayout: ({ entries }: GPUBindGroupLayoutDescriptor) =>
      below.createBindGroupLayout({
        entries: [
          ...entries,
          {
            binding: faultBinding,
            visibility: GPUShaderStage.COMPUTE,
            buffer: { type: 'storage' },
          },
        ],
      }),
    createBindGroup: ({ layout, entries }: GPUBindGroupDescriptor) =>
      below.createBindGroup({
        layout,
        entries: [...entries, { binding: faultBinding, resource: { buffer: faults } }],
      }),
  }
  const device = new Proxy(below, {
    get(target, name) {
      if (name in own) return own[name as keyof GPUDevice]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

  return {
    device,
    async faults() {
      const size = Math.max(4, watched.length * 4)
      if (size > bytes) throw new Error(`pretend: expected at most ${mostArrays} arrays`)
      const staging = below.createBuffer({ size, usage: MAP_READ | COPY_DST })
      const encoder = below.createCommandEncoder()
      encoder.copyBufferToBuffer(faults, 0, staging, 0, size)
      encoder.clearBuffer(faults)
      below.queue.submit([encoder.finish()])
      await staging.mapAsync(GPUMapMode.READ)
      const indices = [...new Uint32Array(staging.getMappedRange())].map((index) => index - 1)
      staging.destroy()
      return indices.flatMap((index, n) => (index < 0 ? [] : [`${watched[n]}[${index}]`]))
    },
  }
}
