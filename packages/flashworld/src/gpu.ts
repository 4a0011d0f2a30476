import type { Engine } from '@flashworld/engine'
import { createWebGpuEngine, deviceDescriptor } from '@flashworld/engine'
import type { Precision } from './precision.ts'

/** A GPU of this machine, or a software stand-in for one. */
export interface Gpu {
  readonly device: GPUDevice
  /** What its adapter says of itself. */
  readonly info: GPUAdapterInfo
  /** The hardware in words. */
  readonly name: string
  /** True for a device that computes on the CPU (SwiftShader, llvmpipe): right, but slow. */
  readonly software: boolean
}

/** Why there is no GPU. */
export interface NoGpu {
  readonly device: undefined
  readonly why: string
}

/** Opens an adapter's device with all features and limits that the kernels can use. */
export async function openDevice(adapter: GPUAdapter): Promise<Gpu> {
  const { info } = adapter
  const device = await adapter.requestDevice(deviceDescriptor(adapter))
  return { device, info, name: nameOfAdapter(info), software: isSoftware(info) }
}

/** The hardware in words. */
export const nameOfAdapter = ({ vendor, architecture, description }: GPUAdapterInfo): string =>
  [vendor, architecture, description].filter(Boolean).join(' ')

/** Whether an adapter computes on the CPU. */
export const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(nameOfAdapter(info))

/**
 * An engine on a GPU opened here.
 * @param precision f16 where the GPU has it, and int8 where it multiplies bytes on matrix units, when left out
 * @example
 * ```ts
 * import { gpuEngine, openGpu } from 'flashworld/node'
 *
 * const gpu = await openGpu()
 * if (gpu.device) {
 *   using engine = gpuEngine(gpu, 'f16')
 *   console.log(engine.name)
 * } else console.log(gpu.why)
 * ```
 */
export function gpuEngine(gpu: Gpu, precision?: Precision): Engine {
  const best = gpu.device.features.has('shader-f16') ? 'f16' : 'f32'
  return createWebGpuEngine(gpu.device, {
    half: precision === undefined || precision === 'int8' ? best : precision,
    ...(precision && { bytes: precision === 'int8' }),
    name: gpu.name,
    adapterInfo: gpu.info,
  })
}
