import type { Engine } from '../../engine.ts'
import { ShapeError } from '../../errors.ts'
import type { Op } from '../../op.ts'
import type { Tensor } from '../../tensor.ts'
import { hasShape } from '../fits.ts'
import { dupUpReference } from './reference.ts'
import { dupUpWasm } from './wasm.ts'
import { dupUpWebGpu } from './webgpu.ts'

export interface DupUpOptions {
  /** Channels that come out. */
  readonly channels: number
  /** `[B, 2H, 2W, channels]`: added to the result. */
  readonly add?: Tensor
}

export interface DupUpArgs extends DupUpOptions {
  /** `[B, H, W, C]` */
  readonly x: Tensor
}

export const dupUpOp: Op<DupUpArgs> = {
  name: 'dupUp',
  output(args) {
    const { x, channels, add } = args
    const [batch, height, width] = x.shape as [number, number, number, number]
    const shape = [batch, height * 2, width * 2, channels]
    const fits =
      x.shape.length === 4 &&
      Number.isInteger(repeats(args)) &&
      repeats(args) > 0 &&
      hasShape(add, shape)
    if (!fits) {
      throw new ShapeError(
        'dupUp',
        `x[B, H, W, C] with C a divisor of ${channels * 4}, add[B, 2H, 2W, ${channels}]`,
        [x, add],
      )
    }
    return { shape, dtype: x.dtype }
  },
  reference: dupUpReference,
  wasm: dupUpWasm,
  webgpu: dupUpWebGpu,
}

/** How often each channel of `x` is there among the four offsets of the channels that come out. */
export const repeats = ({ x, channels }: DupUpArgs) => (channels * 4) / x.shape[3]!

/**
 * The decoder's shortcut without parameters: entry (channel, row offset, column offset), counted in this
 * order, of a pixel's 2 x 2 block is channel `floor(entry / repeats)` of the pixel.
 * `[B, H, W, C]` to `[B, 2H, 2W, channels]`. @throws ShapeError
 */
export const dupUp = (engine: Engine, x: Tensor, options: DupUpOptions): Tensor =>
  engine.run(dupUpOp, { x, ...options })
