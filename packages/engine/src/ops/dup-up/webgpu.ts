import type { Tensor } from '../../tensor.ts'
import { dispatchElementwise, wide, widthFor } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { DupUpArgs } from './arguments.ts'
import { repeats } from './arguments.ts'

export function dupUpWebGpu(args: DupUpArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, add, channels } = args
  const [, , width, inChannels] = x.shape as [number, number, number, number]
  const wideness = widthFor(channels)
  const type = wide('f32', wideness)
  const lanes = Array.from(
    { length: wideness },
    (_, lane) => `f32(x[source + (entry + ${lane * 4}u) / u.repeats])`,
  )
  dispatchElementwise(gpu, out, {
    name: 'dup up',
    width: wideness,
    inputs: { x, ...(add && { add }) },
    scalars: ['x'],
    uniforms: {
      groups: { type: 'u32', value: channels / wideness },
      width: { type: 'u32', value: width },
      inChannels: { type: 'u32', value: inChannels },
      repeats: { type: 'u32', value: repeats(args) },
    },
    // rows of all images count on, since each has an even number of them
    body: `
  let pixel = i / u.groups;
  let col = pixel % (2u * u.width);
  let row = pixel / (2u * u.width);
  let source = ((row / 2u) * u.width + col / 2u) * u.inChannels;
  let entry = (i % u.groups) * ${wideness * 4}u + (row % 2u) * 2u + col % 2u;
  let value = ${type}(${lanes.join(', ')})${add ? ` + ${type}(add[i])` : ''};`,
  })
}
