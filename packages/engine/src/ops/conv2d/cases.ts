import type { OpCase, TensorMaker } from '../../cases.ts'
import type { Conv2dArgs, Conv2dOptions } from './arguments.ts'

const around = { top: 1, left: 1, bottom: 1, right: 1 }

/** A convolution of `[B, H, W, C]` by `[O, k, k, C]` with a bias. */
function convolution(
  make: TensorMaker,
  shape: readonly [number, number, number, number],
  [channels, kernel]: readonly [number, number],
  options: Conv2dOptions = {},
): Conv2dArgs {
  return {
    x: make.normal(shape),
    w: make.normal([channels, kernel, kernel, shape[3]], {
      scale: 1 / (kernel * Math.sqrt(shape[3])),
    }),
    bias: make.normal([channels], { dtype: 'f32' }),
    ...options,
  }
}

export const conv2dCases: OpCase<Conv2dArgs>[] = [
  {
    name: '1x1, one pixel, odd channels',
    use: 'test',
    args: (make) => convolution(make, [1, 1, 1, 3], [5, 1]),
  },
  {
    name: '3x3, odd channels, no padding',
    use: 'test',
    args: (make) => convolution(make, [2, 5, 4, 3], [7, 3]),
  },
  {
    name: '3x3, first layer of the encoder',
    use: 'test',
    args: (make) => convolution(make, [2, 9, 6, 12], [20, 3], { pad: around }),
  },
  {
    name: '3x3, residual, more than one tile',
    use: 'test',
    args: (make) =>
      convolution(make, [2, 7, 11, 32], [72, 3], {
        pad: around,
        residual: make.normal([2, 7, 11, 72]),
      }),
  },
  {
    name: '3x3, stride 2, padded below and right, silu',
    use: 'test',
    args: (make) =>
      convolution(make, [2, 8, 6, 32], [40, 3], {
        stride: 2,
        pad: { top: 0, left: 0, bottom: 1, right: 1 },
        activation: 'silu',
      }),
  },
  {
    name: '3x3 on the doubled image',
    use: 'test',
    args: (make) => convolution(make, [2, 3, 5, 32], [24, 3], { pad: around, upsample: true }),
  },
  {
    name: '2x2 patches, f32 out',
    use: 'test',
    args: (make) => convolution(make, [3, 4, 6, 22], [16, 2], { stride: 2, dtype: 'f32' }),
  },
  {
    name: 'decoder, 1024 channels at 60 x 88',
    use: 'bench',
    args: (make) => convolution(make, [8, 60, 88, 1024], [1024, 3], { pad: around }),
  },
  {
    name: 'decoder, 512 channels at 120 x 176',
    use: 'bench',
    args: (make) => convolution(make, [8, 120, 176, 512], [512, 3], { pad: around }),
  },
  {
    name: 'decoder, 256 channels at 240 x 352',
    use: 'bench',
    args: (make) => convolution(make, [8, 240, 352, 256], [256, 3], { pad: around }),
  },
  {
    name: 'decoder, 512 channels doubled to 240 x 352',
    use: 'bench',
    args: (make) =>
      convolution(make, [8, 120, 176, 512], [512, 3], { pad: around, upsample: true }),
  },
  {
    name: 'encoder, 320 channels down to 60 x 88',
    use: 'bench',
    args: (make) =>
      convolution(make, [8, 120, 176, 320], [320, 3], {
        stride: 2,
        pad: { top: 0, left: 0, bottom: 1, right: 1 },
      }),
  },
]
