import type { Tensor } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { subgroupSize } from '../../webgpu/features.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import { range } from '../../webgpu/range.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

const subgroups = 4
const threads = subgroups * subgroupSize
/** Each subgroup has 16 queries, and two threads of it share the softmax of each. */
const queryTile = subgroups * 16
const keyTile = 32
/** Vectors of 16 bytes from line to line of the staged sums and weights: odd, to spread over the banks. */
const sumStride = keyTile / 4 + 1
const weightStride = keyTile / 8 + 1

/** How far, as a power of two, a logit may rise above its row's reference: 2^12 is far below f16's largest. */
const headroom = 12

export const fitsUnitAttention = ({ q }: AttentionArgs, gpu: GpuRecorder): boolean => {
  const size = q.shape[3]!
  return (
    gpu.features.matrixUnits &&
    q.dtype === 'f16' &&
    size % 16 === 0 &&
    size <= 128 &&
    gpu.features.workgroupStorageBytes >= layout(size).total * 16 + 16
  )
}

/** Where things lie in workgroup memory, in vectors of 16 bytes. The queries pass through the keys' and values' place. */
function layout(size: number) {
  const stride = size / 8 + 1
  const keys = 0
  const values = keys + keyTile * stride
  const sums = values + keyTile * stride
  const weights = sums + queryTile * sumStride
  return { stride, keys, values, sums, weights, total: weights + queryTile * weightStride }
}

/** WGSL that brings a tile of keys or values to registers, and from there to its place. */
function stage(name: 'k' | 'v', place: number, size: number) {
  const perLine = size / 8
  const { stride } = layout(size)
  const parts = range(Math.ceil((keyTile * perLine) / threads))
  const index = (n: number) => `(thread + ${n * threads}u)`
  const guard = (n: number, line: string) =>
    (n + 1) * threads > keyTile * perLine
      ? `if (${index(n)} < ${keyTile * perLine}u) { ${line} }`
      : line
  return {
    fetch: (from: string) =>
      parts
        .map((n) => {
          const line = `(batch * u.S + min(${from} + ${index(n)} / ${perLine}u, u.S - 1u)) * u.H + head`
          return `let ${name}${n} = ${name}[(${line}) * ${perLine}u + ${index(n)} % ${perLine}u];`
        })
        .join('\n    '),
    put: parts
      .map((n) =>
        guard(
          n,
          `tiles[${place}u + ${index(n)} / ${perLine}u * ${stride}u + ${index(n)} % ${perLine}u] = ${name}${n};`,
        ),
      )
      .join('\n    '),
  }
}

/**
 * Sums of values stay in the registers of the units, where single rows cannot be scaled. So each row's
 * weights are powers relative to a reference that follows the highest logit only when that has risen by
 * `headroom`; then, rarely, all sums take a way through workgroup memory. The result is exact either way.
 */
const kernel = kernelsBy(({ size, hasBias }: { size: number; hasBias: boolean }): Kernel => {
  const at = layout(size)
  const blocks = range(size / 16)
  const pairs = range(Math.ceil(blocks.length / 2)).map((n) => blocks.slice(n * 2, n * 2 + 2))
  const [keys, values] = [stage('k', at.keys, size), stage('v', at.values, size)]
  const lines = (all: readonly string[]) => all.join('\n    ')
  const load = (type: string, order: string, place: string, stride: number) =>
    `subgroupMatrixLoad<${type}, ${order}>(&tiles, ${place}, ${stride}u)`
  const sumsAt = `${at.sums}u + subgroup * ${16 * sumStride}u`
  const store = (pair: readonly number[], name: string) =>
    pair.map(
      (d, n) =>
        `subgroupMatrixStore<row_major>(&tiles, ${sumsAt} + ${n * 4}u, ${name}${d}, ${sumStride}u);`,
    )
  return {
    name: `attention on matrix units, heads of ${size}`,
    inputs: {
      q: 'vec4<u32>',
      k: 'vec4<u32>',
      v: 'vec4<u32>',
      ...(hasBias && { relativeBias: 'f32' }),
    },
    outputs: { y: 'vec4<u32>' },
    uniforms: { L: 'u32', S: 'u32', H: 'u32', scale: 'f32', lastKeyBias: 'f32' },
    workgroup: [threads, 1, 1],
    subgroup: subgroupSize,
    code: `
alias Left = subgroup_matrix_left<f16, 16, 16>;
alias Right = subgroup_matrix_right<f16, 16, 16>;
alias Sum = subgroup_matrix_result<f32, 16, 16>;
var<workgroup> tiles: array<vec4<u32>, ${at.total}>;
var<workgroup> risen: u32;
fn last(logits: vec4<f32>, key: u32) -> vec4<f32> {
  let keys = vec4(key) + vec4(0u, 1u, 2u, 3u);
  return select(logits + select(vec4(0.0), vec4(u.lastKeyBias), keys == vec4(u.S - 1u)), vec4(-1e30), keys >= vec4(u.S));
}
fn pack(a: vec4<f32>, b: vec4<f32>) -> vec4<u32> {
  return vec4(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32,
        @builtin(subgroup_id) subgroup: u32) {
  let head = group.y % u.H;
  let batch = group.y / u.H;
  let query0 = group.x * ${queryTile}u;
  for (var i = thread; i < ${queryTile * (size / 8)}u; i += ${threads}u) {
    let line = (batch * u.L + min(query0 + i / ${size / 8}u, u.L - 1u)) * u.H + head;
    tiles[i / ${size / 8}u * ${at.stride}u + i % ${size / 8}u] = q[line * ${size / 8}u + i % ${size / 8}u];
  }
  risen = 0u;
  workgroupBarrier();
  ${lines(blocks.map((d) => `let q${d} = ${load('Left', 'row_major', `subgroup * ${16 * at.stride}u + ${d * 2}u`, at.stride)};`))}
  workgroupBarrier();
  let row = thread / 2u;
  let side = thread % 2u;
  let own = ${at.sums}u + row * ${sumStride}u + side * 4u;
  ${hasBias ? `let biasStart = head * (u.L + u.S - 1u) + u.L - 1u - min(query0 + row, u.L - 1u) + side * 16u;` : ''}
  var reference = 0.0;
  var total = 0.0;
  ${blocks.map((d) => `var o${d}: Sum;`).join(' ')}
  ${keys.fetch('0u')}
  ${keys.put}
  for (var key0 = 0u; key0 < u.S; key0 += ${keyTile}u) {
    workgroupBarrier();
    ${values.fetch('key0')}
    var s0 = Sum(); // said outright: without it, seen not to start at zero again in each turn
    var s1 = Sum();
    ${lines(
      blocks.flatMap((d) =>
        [0, 1].map(
          (n) =>
            `s${n} = subgroupMatrixMultiplyAccumulate(q${d}, ${load('Right', 'col_major', `${at.keys + n * 16 * at.stride + d * 2}u`, at.stride)}, s${n});`,
        ),
      ),
    )}
    ${lines(store([0, 1], 's'))}
    ${values.put}
    workgroupBarrier();
    ${keys.fetch(`key0 + ${keyTile}u`)}
    ${lines(range(4).map((n) => `var t${n} = bitcast<vec4<f32>>(tiles[own + ${n}u]) * u.scale${hasBias ? ` + biasFrom(biasStart + key0 + ${n * 4}u)` : ''};`))}
    if (key0 + ${keyTile}u >= u.S) {
      ${lines(range(4).map((n) => `t${n} = last(t${n}, key0 + side * 16u + ${n * 4}u);`))}
    }
    let highs = max(max(t0, t1), max(t2, t3));
    let high = max(max(highs.x, highs.y), max(highs.z, highs.w));
    let highest = max(high, subgroupShuffleXor(high, 1u));
    var shrink = 1.0;
    if (key0 == 0u) {
      reference = highest;
    } else if (highest > reference + ${headroom}.0) {
      shrink = exp2(reference - highest);
      reference = highest;
      total *= shrink;
      risen = 1u;
    }
    ${lines(range(4).map((n) => `t${n} = exp2(t${n} - reference);`))}
    total += dot(t0 + t1 + t2 + t3, vec4(1.0));
    tiles[${at.weights}u + row * ${weightStride}u + side * 2u] = pack(t0, t1);
    tiles[${at.weights}u + row * ${weightStride}u + side * 2u + 1u] = pack(t2, t3);
    if (workgroupUniformLoad(&risen) != 0u) {
      risen = 0u;
      ${lines(
        pairs.map((pair) =>
          lines([
            ...store(pair, 'o'),
            'workgroupBarrier();',
            ...range(4).map(
              (n) =>
                `tiles[own + ${n}u] = bitcast<vec4<u32>>(bitcast<vec4<f32>>(tiles[own + ${n}u]) * shrink);`,
            ),
            'workgroupBarrier();',
            ...pair.map(
              (d, n) => `o${d} = ${load('Sum', 'row_major', `${sumsAt} + ${n * 4}u`, sumStride)};`,
            ),
            'workgroupBarrier();',
          ]),
        ),
      )}
    }
    ${lines(
      [0, 1].flatMap((n) => [
        `let w${n} = ${load('Left', 'row_major', `${at.weights}u + subgroup * ${16 * weightStride}u + ${n * 2}u`, weightStride)};`,
        ...blocks.map(
          (d) =>
            `o${d} = subgroupMatrixMultiplyAccumulate(w${n}, ${load('Right', 'row_major', `${at.values + n * 16 * at.stride + d * 2}u`, at.stride)}, o${d});`,
        ),
      ]),
    )}
    ${keys.put}
  }
  let whole = total + subgroupShuffleXor(total, 1u);
  let line = ((batch * u.L + query0 + row) * u.H + head) * ${size / 8}u + side * 2u;
  ${lines(
    pairs.map((pair, n) =>
      lines([
        'workgroupBarrier();',
        ...store(pair, 'o'),
        'workgroupBarrier();',
        `if (query0 + row < u.L${pair.length === 1 ? ' && side == 0u' : ''}) {`,
        `  y[line + ${n * 4}u] = pack(bitcast<vec4<f32>>(tiles[own]) / whole, bitcast<vec4<f32>>(tiles[own + 1u]) / whole);`,
        `  y[line + ${n * 4 + 1}u] = pack(bitcast<vec4<f32>>(tiles[own + 2u]) / whole, bitcast<vec4<f32>>(tiles[own + 3u]) / whole);`,
        '}',
      ]),
    ),
  )}
}${
      hasBias
        ? `
fn biasFrom(first: u32) -> vec4<f32> {
  let end = arrayLength(&relativeBias) - 1u;
  return ${Math.LOG2E} * vec4(${range(4)
    .map((n) => `relativeBias[min(first + ${n}u, end)]`)
    .join(', ')});
}`
        : ''
    }`,
  }
})

/** Attention with the keys and values of a head in turn on the matrix units; heads of 16, 32 … 128. */
export function attendOnUnits(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  const { q, k, v, relativeBias, lastKeyCount = 1 } = args
  const { batch, queries: L, keys: S, heads: H, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size) } = args
  const tensors = { q, k, v, ...(relativeBias && { relativeBias }), y: out }
  const uniforms = { L, S, H, scale: scale * Math.LOG2E, lastKeyBias: Math.log2(lastKeyCount) }
  gpu.dispatch(kernel({ size, hasBias: relativeBias !== undefined }), tensors, uniforms, [
    Math.ceil(L / queryTile),
    batch * H,
  ])
}
