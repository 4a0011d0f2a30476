import type { DType } from '../dtype.ts'
import type { Engine } from '../engine.ts'
import { EngineError } from '../errors.ts'
import { createLifetimes } from '../lifetimes.ts'
import type { Storage, Tensor } from '../tensor.ts'
import { byteLength, elementCount } from '../tensor.ts'
import { createBufferPool } from './buffer-pool.ts'
import { createClock } from './clock.ts'
import { createCommands } from './commands.ts'
import { gpuFeatures } from './features.ts'
import type { GpuRecorder } from './recorder.ts'

export interface GpuStorage extends Storage {
  readonly buffer: GPUBuffer
}

const bufferOf = (x: Tensor) => (x.storage as GpuStorage).buffer

/** A tensor's own bytes of its buffer, in whole words and never fewer than a vector. */
const bindingOf = (x: Tensor): GPUBufferBinding => ({
  buffer: bufferOf(x),
  size: Math.max(16, Math.ceil(byteLength(x) / 4) * 4),
})

export interface WebGpuOptions {
  /** f16 storage for activations and matrices; needs the device feature `shader-f16`. Default f32. */
  readonly half?: 'f16' | 'f32'
  readonly name?: string
}

/** An engine on a device that the platform hands in; the caller keeps the device. */
export function createWebGpuEngine(device: GPUDevice, options: WebGpuOptions = {}): Engine {
  const features = gpuFeatures(device)
  const half = options.half ?? 'f32'
  if (half === 'f16' && !features.f16) {
    throw new EngineError(
      'engine/unsupported',
      'webgpu: f16 was asked for, but the device lacks shader-f16',
    )
  }
  const pool = createBufferPool(device)
  const lifetimes = createLifetimes((storage) => pool.give((storage as GpuStorage).buffer))
  const commands = createCommands(device)
  const clock = createClock(device, commands)
  const failure = watch(device)

  const allocate = (shape: readonly number[], dtype: DType): Tensor => {
    const bytes = byteLength({ shape, dtype })
    const storage: GpuStorage = { bytes, buffer: pool.take(bytes) }
    lifetimes.adopt(storage)
    lifetimes.allocated(pool.allocatedBytes)
    return { shape: [...shape], dtype, storage }
  }

  const recorder: GpuRecorder = {
    features,
    dispatch: (kernel, tensors, uniforms, grid) =>
      commands.dispatch({ kernel, bindings: bindingsOf(tensors), uniforms, grid }),
    scratch: allocate,
    clear: (x) => commands.clear(bufferOf(x)),
  }

  const readBytes = async (x: Tensor): Promise<ArrayBuffer> => {
    const size = Math.ceil(byteLength(x) / 4) * 4
    const staging = device.createBuffer({
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    })
    try {
      commands.copy(bufferOf(x), staging, size)
      commands.submit()
      await Promise.race([staging.mapAsync(GPUMapMode.READ), failure.lost])
      failure.check()
      return staging.getMappedRange().slice(0, byteLength(x))
    } finally {
      staging.destroy()
    }
  }

  return {
    kind: 'webgpu',
    name: options.name ?? describeDevice(device),
    half,
    memory: lifetimes.memory,
    run(op, args) {
      const spec = op.output(args)
      const out = allocate(spec.shape, spec.dtype)
      lifetimes.scope(() => op.webgpu(args, out, recorder))
      return out
    },
    upload(data, shape, dtype = data instanceof Uint32Array ? 'u32' : 'f32') {
      if (data.length !== elementCount(shape)) {
        throw new RangeError(
          `upload: expected ${elementCount(shape)} numbers for [${shape.join(', ')}], got ${data.length}`,
        )
      }
      const x = allocate(shape, dtype)
      commands.submit() // a re-used buffer may still be named by recorded commands
      writePadded(device, bufferOf(x), convert(data, dtype))
      return x
    },
    zeros(shape, dtype = 'f32') {
      const x = allocate(shape, dtype)
      commands.clear(bufferOf(x))
      return x
    },
    async read(x) {
      const bytes = await readBytes(x)
      return x.dtype === 'f16'
        ? Float32Array.from(new Float16Array(bytes))
        : new Float32Array(bytes)
    },
    readWords: async (x) => new Uint32Array(await readBytes(x)),
    scope: (body) => lifetimes.scope(body),
    release: (value) => lifetimes.release(value),
    async settle() {
      commands.submit()
      await Promise.race([device.queue.onSubmittedWorkDone(), failure.lost])
      failure.check()
    },
    trim() {
      commands.submit()
      pool.trim()
    },
    time: (label, body) => clock.time(label, body),
    timings: () => clock.timings(),
    dispose() {
      failure.stop()
      pool.dispose()
      commands.dispose()
      clock.dispose()
    },
  }
}

const bindingsOf = (tensors: Record<string, Tensor>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, bindingOf(x)]))

function convert(data: Float32Array | Float16Array | Uint32Array, dtype: DType) {
  if (dtype === 'f16') return data instanceof Float16Array ? data : Float16Array.from(data)
  if (dtype === 'f32') return data instanceof Float32Array ? data : Float32Array.from(data)
  return data instanceof Uint32Array ? data : Uint32Array.from(data)
}

/** WebGPU writes whole words; an odd number of halves gets a zero behind it. */
function writePadded(
  device: GPUDevice,
  buffer: GPUBuffer,
  data: Float32Array | Float16Array | Uint32Array,
) {
  const whole = data.byteLength - (data.byteLength % 4)
  const bytes = new Uint8Array(
    data.buffer,
    data.byteOffset,
    data.byteLength,
  ) as Uint8Array<ArrayBuffer>
  const step = 1 << 28 // one write at most, so that the copy held beside the caller's stays small
  for (let at = 0; at < whole; at += step) {
    device.queue.writeBuffer(buffer, at, bytes, at, Math.min(step, whole - at))
  }
  if (whole < data.byteLength) {
    const last = new Uint8Array(4)
    last.set(bytes.subarray(whole))
    device.queue.writeBuffer(buffer, whole, last)
  }
}

/** Turns errors that the device reports on its own into an exception at the next wait. */
function watch(device: GPUDevice) {
  let error: EngineError | undefined
  const onError = (event: Event) => {
    const reported = (event as GPUUncapturedErrorEvent).error
    const code =
      reported instanceof GPUOutOfMemoryError ? 'engine/out-of-memory' : 'engine/device-error'
    error ??= new EngineError(code, `webgpu: ${reported.message}`)
  }
  device.addEventListener('uncapturederror', onError)
  const lost = device.lost.then((info) => {
    error ??= new EngineError(
      'engine/device-lost',
      `webgpu: the device was lost (${info.reason}): ${info.message}`,
    )
  })
  return {
    lost,
    check() {
      if (error) throw error
    },
    stop: () => device.removeEventListener('uncapturederror', onError),
  }
}

const describeDevice = (device: GPUDevice) =>
  device.adapterInfo?.description || device.adapterInfo?.vendor || 'a WebGPU device'
