import type { DType } from '../../dtype.ts'
import { ShapeError } from '../../errors.ts'
import type { Tensor, TensorSpec } from '../../tensor.ts'
import type { Activation } from '../activation/arguments.ts'
import { hasShape, isVector } from '../fits.ts'

/** Zeros around the image, in pixels of what the kernel slides over. */
export interface Padding {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

export interface Conv2dOptions {
  /** `[O]`, f32 */
  readonly bias?: Tensor
  /** Default 1. */
  readonly stride?: 1 | 2
  /** Default none. */
  readonly pad?: Padding
  /** The image is first doubled by nearest neighbour; the padding goes around the doubled image. */
  readonly upsample?: boolean
  readonly activation?: Activation
  /** `[B, Ho, Wo, O]`, of any float type: added last. */
  readonly residual?: Tensor
  /** What comes out is stored as this; default as `x`. */
  readonly dtype?: DType
}

export interface Conv2dArgs extends Conv2dOptions {
  /** `[B, H, W, C]` */
  readonly x: Tensor
  /** `[O, kh, kw, C]` */
  readonly w: Tensor
}

/** @throws ShapeError */
export function conv2dOutput(args: Conv2dArgs): TensorSpec {
  const { x, w, bias, residual, dtype } = args
  const { batch, height, width, channels, outHeight, outWidth, outChannels } = conv2dSizes(args)
  const shape = [batch, outHeight, outWidth, outChannels]
  const fits =
    x.shape.length === 4 &&
    w.shape.length === 4 &&
    w.shape[3] === channels &&
    height > 0 &&
    width > 0 &&
    outHeight > 0 &&
    outWidth > 0 &&
    isVector(bias, outChannels) &&
    hasShape(residual, shape)
  if (!fits) {
    const expected =
      'x[B, H, W, C], w[O, kh, kw, C] no larger than the padded image, bias[O], residual[B, Ho, Wo, O]'
    throw new ShapeError('conv2d', expected, [x, w, bias, residual])
  }
  return { shape, dtype: dtype ?? x.dtype }
}

/** The sizes by name; `height` and `width` are those of `x` itself, before any doubling. */
export function conv2dSizes({ x, w, stride = 1, pad = noPadding, upsample = false }: Conv2dArgs) {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const [outChannels, kernelHeight, kernelWidth] = w.shape as [number, number, number, number]
  const zoom = upsample ? 2 : 1
  return {
    batch,
    height,
    width,
    channels,
    outChannels,
    kernelHeight,
    kernelWidth,
    stride,
    pad,
    zoom,
    outHeight: Math.floor((height * zoom + pad.top + pad.bottom - kernelHeight) / stride) + 1,
    outWidth: Math.floor((width * zoom + pad.left + pad.right - kernelWidth) / stride) + 1,
  }
}

/** Whether it is a linear layer, pixel by pixel. */
export function isLinear(args: Conv2dArgs): boolean {
  const { kernelHeight, kernelWidth, stride, zoom, pad } = conv2dSizes(args)
  const isOnePixel = kernelHeight * kernelWidth * stride * zoom === 1
  return isOnePixel && Object.values(pad).every((side) => side === 0)
}

const noPadding: Padding = { top: 0, left: 0, bottom: 0, right: 0 }
