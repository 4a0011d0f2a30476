import type { Tensor } from '../../tensor.ts'
import { dispatchElementwise } from '../../webgpu/elementwise.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AvgDownArgs } from './arguments.ts'
import { groupSize } from './arguments.ts'

export function avgDownWebGpu(args: AvgDownArgs, out: Tensor, gpu: GpuRecorder): void {
  const { x, add, timeFactor, spaceFactor } = args
  const [, , width, inChannels] = x.shape as [number, number, number, number]
  dispatchElementwise(gpu, out, {
    name: 'avg down',
    width: 1,
    inputs: { x, ...(add && { add }) },
    uniforms: {
      channels: { type: 'u32', value: args.channels },
      outWidth: { type: 'u32', value: width / spaceFactor },
      inChannels: { type: 'u32', value: inChannels },
      size: { type: 'u32', value: groupSize(args) },
    },
    // rows of all images count on, since each has a multiple of the factor
    body: `
  let pixel = i / u.channels;
  let corner = (pixel / u.outWidth) * ${spaceFactor}u * (u.outWidth * ${spaceFactor}u) + (pixel % u.outWidth) * ${spaceFactor}u;
  let first = (i % u.channels) * u.size;
  var sum = 0.0;
  for (var entry = first; entry < first + u.size; entry++) {
    let time = (entry / ${spaceFactor ** 2}u) % ${timeFactor}u;
    if (time == ${timeFactor - 1}u) {
      let at = corner + ((entry / ${spaceFactor}u) % ${spaceFactor}u) * u.outWidth * ${spaceFactor}u + entry % ${spaceFactor}u;
      sum += f32(x[at * u.inChannels + entry / ${spaceFactor ** 2 * timeFactor}u]);
    }
  }
  let value = sum / f32(u.size)${add ? ' + f32(add[i])' : ''};`,
  })
}
