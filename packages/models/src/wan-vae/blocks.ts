/**
 * The blocks that the Wan 2.2 encoder and the reconstruction decoder are made of, one frame at a
 * time: a causal 3D convolution then is its last temporal tap, a 2D convolution.
 *
 * What is stored between two norms is carried at `streamFactor` of its size: every norm here
 * divides by the root mean square, so the results are the same (in f32 to the bit, the factor
 * being a power of two), while f16's largest number, 65504, stands for a million.
 */
import type { DType, Engine, Padding, Tensor } from '@flashworld/engine'
import { attention, channels, conv2d, linear, reshape, rmsNorm, slice } from '@flashworld/engine'
import type { Layer, Parameters } from '../parameters/spec.ts'
import { convLayer, normWeight, repeat } from '../parameters/spec.ts'

const streamFactor = 2 ** -4

const around: Padding = { top: 1, left: 1, bottom: 1, right: 1 }

/** A convolution whose result joins the stream: `size` 1 or 3, from normed channels or from outside. */
export const intoStream = (outputs: number, inputs: number, size = 3) =>
  convLayer({ outputs, inputs, size }, { factor: streamFactor })

/** A convolution of the stream itself: its input is small already, only the bias is to become so. */
export function withinStream(outputs: number, inputs: number, size = 3) {
  const { weight, bias } = convLayer({ outputs, inputs, size })
  return { weight, bias: { ...bias, factor: streamFactor } }
}

const norm = (size: number) => ({ gamma: normWeight(size) })

export const residualParameters = (inputs: number, outputs: number) => ({
  norm1: norm(inputs),
  conv1: intoStream(outputs, inputs),
  norm2: norm(outputs),
  conv2: intoStream(outputs, outputs),
  conv_shortcut: inputs === outputs ? undefined : withinStream(outputs, inputs, 1),
})

export type ResidualParams = Parameters<ReturnType<typeof residualParameters>>

const attentionParameters = (width: number) => ({
  norm: norm(width),
  to_qkv: convLayer({ outputs: 3 * width, inputs: width, size: 1 }),
  proj: intoStream(width, width, 1),
})

type AttentionParams = Parameters<ReturnType<typeof attentionParameters>>

export const middleParameters = (width: number) => ({
  resnets: repeat(2, () => residualParameters(width, width)),
  attentions: [attentionParameters(width)] as const,
})

export type MiddleParams = Parameters<ReturnType<typeof middleParameters>>

/** `[B, H, W, C]` to `[B, H, W, O]` */
function residualBlock(engine: Engine, p: ResidualParams, x: Tensor): Tensor {
  return engine.scope((engine) => {
    const shortcut = p.conv_shortcut ? conv1x1(engine, p.conv_shortcut, x) : x
    const h = engine.scope((engine) => conv3x3(engine, p.conv1, normed(engine, p.norm1, x)))
    const n = normed(engine, p.norm2, h)
    engine.release(h)
    return conv3x3(engine, p.conv2, n, { residual: shortcut })
  })
}

/** One residual block after another; what stands between two is freed. */
export function residualBlocks(
  engine: Engine,
  blocks: readonly ResidualParams[],
  x: Tensor,
): Tensor {
  let h = x
  for (const p of blocks) {
    const before = h
    h = residualBlock(engine, p, before)
    if (before !== x) engine.release(before)
  }
  return h
}

/** `[B, H, W, C]` to the same */
export function middleBlock(engine: Engine, p: MiddleParams, x: Tensor): Tensor {
  return engine.scope((engine) => {
    const [first, second] = p.resnets
    const h = selfAttention(engine, p.attentions[0], residualBlock(engine, first!, x))
    return residualBlock(engine, second!, h)
  })
}

/** One head over all pixels of a frame. */
function selfAttention(engine: Engine, p: AttentionParams, x: Tensor): Tensor {
  const width = channels(x)
  const qkv = conv1x1(engine, p.to_qkv, rmsNorm(engine, x, p.norm.gamma, { eps: epsFor(x) }))
  const part = (index: number) => {
    const pixels = slice(engine, qkv, -1, index * width, (index + 1) * width)
    return reshape(pixels, [x.shape[0]!, -1, 1, width]) // [B, HW, 1, C]
  }
  const y = attention(engine, part(0), part(1), part(2))
  const { weight, bias } = p.proj
  return linear(engine, reshape(y, x.shape), weight, { bias, residual: x })
}

/** The norm, then SiLU. */
export const normed = (engine: Engine, p: { gamma: Tensor }, x: Tensor): Tensor =>
  rmsNorm(engine, x, p.gamma, { eps: epsFor(x), activation: 'silu' })

/** The published norm divides by max(|x|, 1e-12); in a mean of squares that is 1e-24 / C. */
const epsFor = (x: Tensor) => 1e-24 / channels(x)

export const conv3x3 = (
  engine: Engine,
  { weight, bias }: Layer,
  x: Tensor,
  options: { residual?: Tensor; upsample?: boolean; dtype?: DType } = {},
): Tensor => conv2d(engine, x, weight, { bias, pad: around, ...options })

export const conv1x1 = (engine: Engine, { weight, bias }: Layer, x: Tensor): Tensor =>
  linear(engine, x, weight, { bias })
