import { dawnOptions } from '@flashworld/engine'
import type { Gpu, NoGpu } from '../gpu.ts'
import { openDevice } from '../gpu.ts'
import { reasonForNoGpu } from './gpu-presence.ts'

/** Dawn's instance must outlive its devices. */
let instance: GPU | undefined

/**
 * Opens the machine's best GPU through Dawn; undefined with the reason in `why` when there is none.
 * @example
 * ```ts
 * import { openGpu } from 'flashworld/node'
 *
 * const gpu = await openGpu()
 * console.log(gpu.device ? 'a GPU' : gpu.why)
 * ```
 */
export async function openGpu(): Promise<Gpu | NoGpu> {
  try {
    const why = await reasonForNoGpu()
    if (why !== undefined) return { device: undefined, why }
    const dawn = await import('webgpu')
    Object.assign(globalThis, dawn.globals)
    const gpu = (instance ??= dawn.create([...dawnOptions]))
    const adapter = await quietly(() => gpu.requestAdapter({ powerPreference: 'high-performance' }))
    if (!adapter) return { device: undefined, why: 'no Vulkan, Metal or D3D12 device was found' }
    return await openDevice(adapter)
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
