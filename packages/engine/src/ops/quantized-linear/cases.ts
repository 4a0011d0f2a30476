import type { OpCase, TensorMaker } from '../../cases.ts'
import type { Tensor } from '../../tensor.ts'
import { scaleWords } from '../quantize/arguments.ts'
import type { QuantizedLinearArgs } from './arguments.ts'

/** Rows of made-up codes and scales near `scale`. */
function quantized(
  make: TensorMaker,
  [rows, channels]: readonly [number, number],
  scale: number,
): Tensor {
  const line = channels / 4 + scaleWords
  const words = new Uint32Array(rows * line)
  const scales = new Float32Array(words.buffer)
  let state = rows * 31 + channels
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < channels / 4; i++) words[row * line + i] = next() ^ (next() >>> 16)
    scales[row * line + channels / 4] = scale * (1 + (row % 7) / 7)
  }
  return make.given(words, [rows, line], 'u32')
}

export const quantizedLinearCases: OpCase<QuantizedLinearArgs>[] = [
  {
    name: 'one slice of K and a half, odd rows',
    use: 'test',
    args: (make) => ({
      x: quantized(make, [37, 128], 0.01),
      w: quantized(make, [24, 128], 0.002),
      dtype: make.half,
    }),
  },
  {
    name: 'gated residual, f32 out',
    use: 'test',
    args: (make) => ({
      x: quantized(make, [70, 384], 0.01),
      w: quantized(make, [260, 384], 0.002),
      bias: make.normal([260], { dtype: 'f32' }),
      gate: make.normal([260], { dtype: 'f32' }),
      residual: make.normal([70, 260], { dtype: 'f32' }),
      dtype: 'f32',
    }),
  },
  {
    name: 'many tiles, gelu',
    use: 'test',
    args: (make) => ({
      x: quantized(make, [1100, 128], 0.004),
      w: quantized(make, [132, 128], 0.001),
      bias: make.normal([132], { dtype: 'f32' }),
      activation: 'gelu',
      dtype: make.half,
    }),
  },
  {
    name: 'full model, attention projection',
    use: 'bench',
    args: (make) => ({
      x: quantized(make, [7920, 3072], 0.03),
      w: quantized(make, [3072, 3072], 0.0006),
      bias: make.normal([3072], { dtype: 'f32' }),
      dtype: make.half,
    }),
  },
  {
    name: 'full model, feed-forward up',
    use: 'bench',
    args: (make) => ({
      x: quantized(make, [7920, 3072], 0.03),
      w: quantized(make, [14336, 3072], 0.0006),
      bias: make.normal([14336], { dtype: 'f32' }),
      activation: 'gelu',
      dtype: make.half,
    }),
  },
  {
    name: 'full model, feed-forward down',
    use: 'bench',
    args: (make) => ({
      x: quantized(make, [7920, 14336], 0.03),
      w: quantized(make, [3072, 14336], 0.0003),
      bias: make.normal([3072], { dtype: 'f32' }),
      residual: make.normal([7920, 3072], { dtype: 'f32' }),
      dtype: 'f32',
    }),
  },
]
