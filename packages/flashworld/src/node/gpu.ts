import type { Engine } from '@flashworld/engine'
import { createWebGpuEngine, dawnOptions, deviceDescriptor } from '@flashworld/engine'
import { reasonForNoGpu } from './gpu-presence.ts'

/** A GPU of this machine, or a software stand-in for one. */
export interface Gpu {
  readonly device: GPUDevice
  /** The hardware in words. */
  readonly name: string
  /** True for a device that computes on the CPU (SwiftShader, llvmpipe): right, but slow. */
  readonly software: boolean
}

/** Dawn's instance must outlive its devices. */
let instance: GPU | undefined

/** Opens the machine's best GPU through Dawn; undefined with the reason in `why` when there is none. */
export async function openGpu(): Promise<
  Gpu | { readonly device: undefined; readonly why: string }
> {
  try {
    const why = await reasonForNoGpu()
    if (why !== undefined) return { device: undefined, why }
    const dawn = await import('webgpu')
    Object.assign(globalThis, dawn.globals)
    const gpu = (instance ??= dawn.create([...dawnOptions]))
    const adapter = await quietly(() => gpu.requestAdapter({ powerPreference: 'high-performance' }))
    if (!adapter) return { device: undefined, why: 'no Vulkan, Metal or D3D12 device was found' }
    const { description, vendor, architecture } = adapter.info
    const device = await adapter.requestDevice(deviceDescriptor(adapter))
    const name = [vendor, architecture, description].filter(Boolean).join(' ')
    return { device, name, software: /swiftshader|llvmpipe|lavapipe/i.test(name) }
  } catch (error) {
    return { device: undefined, why: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Some Vulkan drivers look for a Wayland display, and where there is no desktop libwayland then prints that
 * XDG_RUNTIME_DIR is not set. A display named by an absolute path needs no such folder, and this one is none.
 */
async function quietly<T>(open: () => Promise<T>): Promise<T> {
  const { env } = process
  if (env.XDG_RUNTIME_DIR !== undefined || env.WAYLAND_DISPLAY !== undefined) return open()
  env.WAYLAND_DISPLAY = '/dev/null'
  try {
    return await open()
  } finally {
    delete env.WAYLAND_DISPLAY
  }
}

/** An engine on a GPU opened here. @param half what activations and matrices are stored as; f16 where the GPU has it */
export function gpuEngine(gpu: Gpu, half?: 'f16' | 'f32'): Engine {
  const best = gpu.device.features.has('shader-f16') ? 'f16' : 'f32'
  return createWebGpuEngine(gpu.device, { half: half ?? best, name: gpu.name })
}
