import type { Tensor } from '../../tensor.ts'
import { channels } from '../../tensor.ts'
import { dispatchElementwise } from '../elementwise.ts'
import type { GpuRecorder } from '../recorder.ts'

/** The same numbers with zeros behind each row of channels, up to a multiple of 8 of them. */
export function padChannels(gpu: GpuRecorder, x: Tensor): Tensor {
  const padded = Math.ceil(channels(x) / 8) * 8
  if (padded === channels(x)) return x
  const wider = gpu.scratch(x.shape.with(-1, padded), x.dtype)
  dispatchElementwise(gpu, wider, {
    name: 'pad channels',
    width: 1,
    inputs: { x },
    uniforms: {
      channels: { type: 'u32', value: channels(x) },
      padded: { type: 'u32', value: padded },
    },
    body: `
  let channel = i % u.padded;
  let value = select(0.0, f32(x[i / u.padded * u.channels + min(channel, u.channels - 1u)]), channel < u.channels);`,
  })
  return wider
}
