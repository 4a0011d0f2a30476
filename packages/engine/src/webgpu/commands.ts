import type { DeviceErrors } from './device-errors.ts'
import { canPinSubgroups } from './features.ts'
import type { Kernel } from './kernel.ts'
import { kernelSource, packUniforms } from './kernel.ts'
import type { Grid } from './recorder.ts'
import type { Place, Stretch } from './stretch.ts'

export interface DispatchCall {
  readonly kernel: Kernel
  /** What each tensor's binding sees. */
  readonly bindings: Readonly<Record<string, GPUBufferBinding>>
  readonly uniforms: Readonly<Record<string, number>>
  readonly grid: Grid
}

/** Records work and submits it in one command buffer at a time. */
export interface Commands {
  dispatch(call: DispatchCall): void
  copy(from: Place, to: Place, bytes: number): void
  clear(stretch: Stretch): void
  /** Numbers for a place, written after what is recorded so far: that may still use the place for another tensor. */
  write(to: Place, data: Float32Array | Float16Array | Uint32Array): void
  /** Writes the device's clock into slot `index` of a query set, between what is recorded before and after. */
  stamp(querySet: GPUQuerySet, index: number): void
  /** Copies the first `count` stamps, 8 bytes each. */
  stampsTo(buffer: GPUBuffer, querySet: GPUQuerySet, count: number): void
  submit(): void
  /** Compiles kernels beside each other, so that they need not be when they are dispatched. */
  compile(kernels: Iterable<Kernel>): Promise<void>
  dispose(): void
}

/** What a device makes of a kernel. */
interface Program {
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
  /** Names of the storage bindings, from 1 on. */
  readonly names: readonly string[]
  readonly hasUniforms: boolean
}

/** Dynamic uniform offsets are multiples of this on every device. */
const uniformStride = 256
const dispatchesPerSubmit = 256

export function createCommands(device: GPUDevice, errors: DeviceErrors): Commands {
  const pinsSubgroups = canPinSubgroups(device)
  const programs = new WeakMap<Kernel, Program>()
  const pipelines = new Map<string, GPUComputePipeline>()
  const uniformBytes = new Uint8Array(uniformStride * dispatchesPerSubmit)
  const uniformBuffer = device.createBuffer({
    size: uniformBytes.byteLength,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  })
  let encoder: GPUCommandEncoder | undefined
  let pass: GPUComputePassEncoder | undefined
  let dispatches = 0

  const programFor = (kernel: Kernel): Program => {
    const known = programs.get(kernel)
    if (known) return known
    const pipeline = pipelineFor(kernel)
    const made = {
      pipeline,
      layout: pipeline.getBindGroupLayout(0),
      names: [...Object.keys(kernel.inputs), ...Object.keys(kernel.outputs)],
      hasUniforms: Object.keys(kernel.uniforms).length > 0,
    }
    programs.set(kernel, made)
    return made
  }

  const pipelineFor = (kernel: Kernel) => {
    const source = kernelSource(kernel, pinsSubgroups)
    const known = pipelines.get(source)
    if (known) return known
    const made = device.createComputePipeline(descriptorFor(kernel, source))
    pipelines.set(source, made)
    return made
  }

  const descriptorFor = (kernel: Kernel, source: string): GPUComputePipelineDescriptor => ({
    label: kernel.name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layoutFor(device, kernel)] }),
    compute: {
      module: device.createShaderModule({ code: source, label: kernel.name }),
      entryPoint: 'main',
    },
  })

  const compile = async (kernel: Kernel, source: string) => {
    try {
      const made = await device.createComputePipelineAsync(descriptorFor(kernel, source))
      if (!pipelines.has(source)) pipelines.set(source, made)
    } catch {
      // the device says it again to whoever dispatches the kernel
    }
  }

  const recording = () => {
    errors.open()
    return (encoder ??= device.createCommandEncoder())
  }

  const outsidePass = () => {
    pass?.end()
    pass = undefined
    return recording()
  }

  const submit = () => {
    if (encoder) {
      const done = outsidePass().finish()
      if (dispatches > 0)
        device.queue.writeBuffer(uniformBuffer, 0, uniformBytes, 0, dispatches * uniformStride)
      device.queue.submit([done])
      encoder = undefined
      dispatches = 0
    }
    errors.close()
  }

  return {
    dispatch({ kernel, bindings, uniforms, grid }) {
      if (dispatches === dispatchesPerSubmit) submit()
      errors.open()
      const { pipeline, layout, names, hasUniforms } = programFor(kernel)
      const offset = dispatches++ * uniformStride
      const block = packUniforms(kernel, uniforms)
      uniformBytes.set(new Uint8Array(block), offset)
      const entries: GPUBindGroupEntry[] = names.map((name, index) => {
        const resource = bindings[name]
        if (!resource) throw new Error(`${kernel.name}: expected tensor ${name}, got nothing`)
        return { binding: index + 1, resource }
      })
      if (hasUniforms) {
        entries.push({
          binding: 0,
          resource: { buffer: uniformBuffer, offset, size: block.byteLength },
        })
      }
      pass ??= recording().beginComputePass()
      pass.setPipeline(pipeline)
      pass.setBindGroup(0, device.createBindGroup({ layout, entries }))
      pass.dispatchWorkgroups(grid[0], grid[1] ?? 1, grid[2] ?? 1)
    },
    copy: (from, to, bytes) =>
      outsidePass().copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes),
    clear: ({ buffer, offset, size }) => outsidePass().clearBuffer(buffer, offset, size),
    write(to, data) {
      submit()
      errors.open()
      writePadded(device, to, data)
    },
    stamp(querySet, index) {
      const empty = outsidePass().beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: index },
      })
      empty.end()
    },
    stampsTo: (buffer, querySet, count) =>
      outsidePass().resolveQuerySet(querySet, 0, count, buffer, 0),
    submit,
    async compile(kernels) {
      const bySource = new Map<string, Kernel>()
      for (const kernel of kernels) bySource.set(kernelSource(kernel, pinsSubgroups), kernel)
      const missing = [...bySource].filter(([source]) => !pipelines.has(source))
      await Promise.all(missing.map(([source, kernel]) => compile(kernel, source)))
    },
    dispose: () => uniformBuffer.destroy(),
  }
}

function layoutFor(device: GPUDevice, kernel: Kernel): GPUBindGroupLayout {
  const visibility = GPUShaderStage.COMPUTE
  const storage = (type: GPUBufferBindingType, index: number): GPUBindGroupLayoutEntry => ({
    binding: index + 1,
    visibility,
    buffer: { type },
  })
  const inputs = Object.keys(kernel.inputs).map((_, i) => storage('read-only-storage', i))
  const outputs = Object.keys(kernel.outputs).map((_, i) => storage('storage', inputs.length + i))
  const uniforms: GPUBindGroupLayoutEntry[] =
    Object.keys(kernel.uniforms).length > 0
      ? [{ binding: 0, visibility, buffer: { type: 'uniform' } }]
      : []
  return device.createBindGroupLayout({ entries: [...uniforms, ...inputs, ...outputs] })
}

/** WebGPU writes whole words; an odd number of halves gets a zero behind it. */
function writePadded(
  device: GPUDevice,
  { buffer, offset }: Place,
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
    device.queue.writeBuffer(buffer, offset + at, bytes, at, Math.min(step, whole - at))
  }
  if (whole < data.byteLength) {
    const last = new Uint8Array(4)
    last.set(bytes.subarray(whole))
    device.queue.writeBuffer(buffer, offset + whole, last)
  }
}
