import { CAMERA_FLOATS } from '@flashworld/camera'
import { wasmKernel } from '@flashworld/engine'
import { PACKED_FLOATS } from '@flashworld/splats'
import { gaussiansPerPixel } from '../config.ts'

export const constants = {
  CAMERA_FLOATS,
  GAUSSIAN_FLOATS: PACKED_FLOATS,
  GAUSSIANS_PER_PIXEL: gaussiansPerPixel,
}

export const gaussianHeadKernel = wasmKernel('gaussianHead', {
  raw: 'pointer',
  cameras: 'pointer',
  out: 'pointer',
  rows: 'i32',
  cols: 'i32',
  maxScalePixels: 'f32',
})
