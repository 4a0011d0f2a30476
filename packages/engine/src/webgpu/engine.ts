import { createEngine } from '../create-engine.ts'
import type { DType } from '../dtype.ts'
import type { Engine } from '../engine.ts'
import { EngineError } from '../errors.ts'
import { createLoss } from '../loss.ts'
import type { Tensor } from '../tensor.ts'
import { byteLength, elementCount } from '../tensor.ts'
import { createClock } from './clock.ts'
import { createCommands } from './commands.ts'
import type { DeviceErrors } from './device-errors.ts'
import { createDeviceErrors } from './device-errors.ts'
import { createDeviceMemory } from './device-memory.ts'
import type { DeviceWords } from './features.ts'
import { gpuFeatures } from './features.ts'
import { createReadBack } from './read-back.ts'
import type { Kernel } from './kernel.ts'
import type { GpuRecorder } from './recorder.ts'
import { createRehearsal } from './rehearsal.ts'
import { createStorages } from './storages.ts'

export interface WebGpuOptions {
  /** f16 storage for activations and matrices; needs the device feature `shader-f16`. Default f32. */
  readonly half?: 'f16' | 'f32'
  /** Networks keep what may be quantised in 8 bits. Default: with f16, where the device multiplies bytes on matrix units. */
  readonly bytes?: boolean
  readonly name?: string
  /** `GPUAdapter.info`. Dawn's device forgets which matrices its adapter multiplies; without it there are none. */
  readonly adapterInfo?: DeviceWords['adapterInfo']
}

/**
 * An engine on a device that the platform hands in and that is used by nobody else. The caller keeps the device, and
 * destroys it after the engine.
 */
export function createWebGpuEngine(device: GPUDevice, options: WebGpuOptions = {}): Engine {
  const { features: has, limits } = device
  const adapterInfo = options.adapterInfo ?? device.adapterInfo
  const features = gpuFeatures({ features: has, limits, adapterInfo })
  const half = options.half ?? 'f32'
  if (half === 'f16' && !features.f16) {
    throw new EngineError(
      'engine/unsupported',
      'webgpu: f16 was asked for, but the device lacks shader-f16',
    )
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const loss = createLoss()
  void device.lost.then(({ reason, message }) =>
    loss.lose(
      new EngineError('engine/lost', `webgpu: the device was lost (${reason}): ${message}`),
    ),
  )
  const errors = createDeviceErrors(device)
  const commands = createCommands(device, errors)
  const memory = createDeviceMemory({
    largest: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    create: (size, failed) => errors.allocate(() => device.createBuffer({ size, usage }), failed),
    submit: () => commands.submit(),
  })
  const readBack = createReadBack(device, { commands, errors, loss })
  const clock = createClock(device, commands, readBack)

  const storages = createStorages(memory, {
    bring: (held, to) => commands.copy({ buffer: held, offset: 0 }, to, held.size),
    submit: () => commands.submit(),
  })
  const { allocate, free, stretchOf } = storages

  /** A tensor's own bytes of its buffer, in whole words and never fewer than a vector. */
  const bindingOf = (x: Tensor): GPUBufferBinding => {
    const { buffer, offset } = stretchOf(x)
    return { buffer, offset, size: Math.max(16, Math.ceil(byteLength(x) / 4) * 4) }
  }

  const bindingsOf = (tensors: Record<string, Tensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, bindingOf(x)]))

  const record = (used: readonly unknown[], run: (recorder: GpuRecorder) => void) =>
    storages.withScratch(used, (scratch) =>
      run({
        features,
        dispatch: (kernel, tensors, uniforms, grid) =>
          commands.dispatch({ kernel, bindings: bindingsOf(tensors), uniforms, grid }),
        scratch,
        clear: (x) => commands.clear(stretchOf(x)),
      }),
    )

  const copyOut = (x: Tensor, into: Float32Array | Float16Array | Uint32Array) =>
    readBack.copyOut(stretchOf(x), new Uint8Array(into.buffer, into.byteOffset, into.byteLength))

  const name = options.name ?? describeDevice(device)
  const bytes = options.bytes ?? (half === 'f16' && features.byteUnits)
  return createEngine({
    kind: 'webgpu',
    name,
    half,
    bytes,
    gpu: features,
    loss,
    get peakBytes() {
      return memory.peakBytes
    },
    get broughtBytes() {
      return storages.broughtBytes
    },
    allocate,
    free,
    run: (op, args, out) => record([args, out], (recorder) => op.webgpu(args, out, recorder)),
    write: (x, data) => commands.write(stretchOf(x), convert(data, x.dtype)),
    hold: (shape, dtype, data) =>
      storages.hold(shape, dtype, hostBuffer(device, errors, convert(data, dtype))),
    unload: (storage) => storages.unload(storage),
    clear: (x) => commands.clear(stretchOf(x)),
    async read(x, into) {
      if (x.dtype !== 'f16') return copyOut(x, into)
      const halves = new Float16Array(into.length)
      await copyOut(x, halves)
      into.set(halves)
    },
    async readWords(x) {
      const words = new Uint32Array(elementCount(x.shape))
      await copyOut(x, words)
      return words
    },
    finish: () => readBack.done(),
    pace: () => readBack.pace(),
    abandon() {
      storages.unloadAll()
      readBack.abandon()
    },
    async prepare(body) {
      const kernels = new Set<Kernel>()
      await body(createRehearsal({ name, half, bytes, features }, (kernel) => kernels.add(kernel)))
      await commands.compile(kernels)
    },
    trim() {
      memory.trim()
      readBack.trim()
    },
    time: (label, body) => clock.time(label, body),
    spans: () => clock.spans(),
    dispose() {
      storages.dispose()
      memory.dispose()
      readBack.trim()
      commands.dispose()
      clock.dispose()
    },
  })
}

function convert(data: Float32Array | Float16Array | Uint32Array, dtype: DType) {
  if (dtype === 'f16') return data instanceof Float16Array ? data : Float16Array.from(data)
  if (dtype === 'f32') return data instanceof Float32Array ? data : Float32Array.from(data)
  return data instanceof Uint32Array ? data : Uint32Array.from(data)
}

/** Numbers in memory of the host that the device copies from by itself. */
function hostBuffer(
  device: GPUDevice,
  errors: DeviceErrors,
  data: Float32Array | Float16Array | Uint32Array,
): GPUBuffer {
  const usage = GPUBufferUsage.MAP_WRITE | GPUBufferUsage.COPY_SRC
  const size = Math.ceil(data.byteLength / 4) * 4
  try {
    const buffer = errors.allocate(() =>
      device.createBuffer({ size, usage, mappedAtCreation: true }),
    )
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    new Uint8Array(buffer.getMappedRange()).set(bytes)
    buffer.unmap()
    return buffer
  } catch (cause) {
    const message = `webgpu: expected ${size} bytes of the host's memory, got none`
    throw new EngineError('engine/out-of-memory', message, { cause })
  }
}

const describeDevice = (device: GPUDevice) =>
  device.adapterInfo?.description || device.adapterInfo?.vendor || 'a WebGPU device'
