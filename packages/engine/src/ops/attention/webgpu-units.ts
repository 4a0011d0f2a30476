import type { Tensor } from '../../tensor.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { subgroupSize } from '../../webgpu/features.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import { range } from '../../webgpu/range.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

/** Subgroups share the queries downwards; across, the keys of a tile, and then the values' channels. */
const [down, across] = [2, 2]
const subgroups = down * across
const threads = subgroups * subgroupSize
/** Two threads share the softmax of a query. */
const queryTile = threads / 2
const keyTile = 32
/** Blocks of 16 queries of a subgroup. */
const queryBlocks = range(queryTile / down / 16)
/** Vectors of 16 bytes from line to line of the logits, whose place their weights take: odd, to spread over the banks. */
const logitStride = keyTile / 4 + 1
/** The same of strips of two blocks of sums on their way out. */
const stripStride = 10

/** Tiles of keys whose largest logit, and some headroom as a power of two, is a row's first reference. */
const looks = 4
const headroom = 6
/** Below f16's largest number: what the weights of a thread must not add up to. */
const mostWeight = 6e4

export const fitsUnitAttention = ({ q }: AttentionArgs, gpu: GpuRecorder): boolean => {
  const size = q.shape[3]!
  return (
    gpu.features.matrixUnits &&
    q.dtype === 'f16' &&
    size % 16 === 0 &&
    size <= 128 &&
    gpu.features.workgroupStorageBytes >= layout(size).total * 16 + 512
  )
}

/**
 * Where things lie in workgroup memory, in vectors of 16 bytes. Keys and values take turns in one place, through which the
 * queries pass too: with less than 24 KiB, two workgroups share a multiprocessor, and hide each other's waits.
 */
function layout(size: number) {
  const stride = size / 8 + 1
  const logits = keyTile * stride
  return { stride, logits, total: logits + queryTile * logitStride }
}

/** WGSL that brings a tile of keys or values to registers, and from there to its place. */
function stage(name: 'k' | 'v', size: number, isShort: boolean) {
  const perLine = size / 8
  const { stride } = layout(size)
  const parts = range(Math.ceil((keyTile * perLine) / threads))
  const index = (n: number) => `(thread + ${n * threads}u)`
  const guard = (n: number, line: string) =>
    (n + 1) * threads > keyTile * perLine
      ? `if (${index(n)} < ${keyTile * perLine}u) { ${line} }`
      : line
  const line = (n: number, base: string) =>
    isShort
      ? `min(${base} + ${index(n)} / ${perLine}u, u.S - 1u)`
      : `${base} + ${index(n)} / ${perLine}u`
  const lines = (all: readonly string[]) => all.join('\n      ')
  return {
    declare: parts.map((n) => `var ${name}${n}: vec4<u32>;`).join(' '),
    fetch: (base: string) =>
      lines(
        parts.map((n) =>
          guard(
            n,
            `${name}${n} = ${name}[((batch * u.S + ${line(n, base)}) * u.H + head) * ${perLine}u + ${index(n)} % ${perLine}u];`,
          ),
        ),
      ),
    put: lines(
      parts.map((n) =>
        guard(
          n,
          `tiles[${index(n)} / ${perLine}u * ${stride}u + ${index(n)} % ${perLine}u] = ${name}${n};`,
        ),
      ),
    ),
  }
}

/**
 * Sums of values stay in the registers of the units, where single rows cannot be scaled: a row's weights are powers
 * relative to one reference, kept for the whole row. It stands above the largest logit of a few tiles of keys; f16 holds
 * weights of logits up to 21 higher, as powers of two. A workgroup that meets others starts over with the largest of all.
 */
const kernel = kernelsBy(
  ({ size, hasBias, isShort }: { size: number; hasBias: boolean; isShort: boolean }): Kernel => {
    const at = layout(size)
    const perLine = size / 8
    const depth = range(size / 16)
    const keyBlocks = range(keyTile / across / 16)
    // of an odd number of blocks, the last subgroup computes one more than there are, and drops it
    const columns = range(Math.ceil(depth.length / across))
    const pairs = range(Math.ceil(columns.length / 2)).map((n) => columns.slice(n * 2, n * 2 + 2))
    const [keys, values] = [stage('k', size, isShort), stage('v', size, isShort)]
    const lines = (all: readonly string[]) => all.join('\n      ')
    const each = (body: (i: number, j: number) => string, second: readonly number[]) =>
      queryBlocks.flatMap((i) => second.map((j) => body(i, j)))
    const load = (type: string, order: string, place: string, stride: number) =>
      `subgroupMatrixLoad<${type}, ${order}>(&tiles, ${place}, ${stride}u)`
    const quads = range(4)

    /** The logits of the staged keys, to workgroup memory. */
    const products = lines([
      ...each((i, j) => `var s${i}_${j} = Sum();`, keyBlocks),
      ...depth.flatMap((d) =>
        keyBlocks.flatMap((j) => [
          `let k${d}_${j} = ${load('Right', 'col_major', `keysOf + ${j * 16 * at.stride + d * 2}u`, at.stride)};`,
          ...queryBlocks.map(
            (i) =>
              `s${i}_${j} = subgroupMatrixMultiplyAccumulate(q${i}_${d}, k${d}_${j}, s${i}_${j});`,
          ),
        ]),
      ),
      ...each(
        (i, j) =>
          `subgroupMatrixStore<row_major>(&tiles, logitsOf + ${i * 16 * logitStride}u + (subgroup % ${across}u * ${keyBlocks.length}u + ${j}u) * 4u, s${i}_${j}, ${logitStride}u);`,
        keyBlocks,
      ),
    ])
    /** A thread's half of a row of logits as powers of two, less `reference`; of keys from `first` on. */
    const logits = (base: string, first: string, reference: string) =>
      lines([
        ...quads.map(
          (n) =>
            `var t${n} = fma(bitcast<vec4<f32>>(tiles[own + ${n}u]), vec4(u.scale), ${hasBias ? `biasFrom(biasStart + ${base} + ${n * 4}u)` : 'vec4(0.0)'} - ${reference});`,
        ),
        `if (${base} + ${keyTile}u >= u.S) {`,
        ...quads.map((n) => `  t${n} = ending(t${n}, ${base} + side * 16u + ${n * 4}u, ${first});`),
        '}',
      ])
    const sums = lines(
      range(keyTile / 16).flatMap((b) => [
        ...queryBlocks.map(
          (i) =>
            `let w${b}_${i} = ${load('Left', 'row_major', `logitsOf + ${i * 16 * logitStride + b * 4}u`, logitStride)};`,
        ),
        ...columns.flatMap((j) => [
          `let v${b}_${j} = ${load('Right', 'row_major', `valuesOf + ${b * 16 * at.stride + j * 2}u`, at.stride)};`,
          ...queryBlocks.map(
            (i) =>
              `o${i}_${j} = subgroupMatrixMultiplyAccumulate(w${b}_${i}, v${b}_${j}, o${i}_${j});`,
          ),
        ]),
      ]),
    )
    const output = (i: number, pair: readonly number[]) =>
      lines([
        ...pair.map(
          (j, n) =>
            `subgroupMatrixStore<row_major>(&tiles, subgroup * ${16 * stripStride}u + ${n * 4}u, o${i}_${j}, ${stripStride}u);`,
        ),
        'workgroupBarrier();',
        `for (var e = thread % ${subgroupSize}u; e < ${16 * pair.length * 2}u; e += ${subgroupSize}u) {`,
        `  let query = subgroup / ${across}u * ${queryBlocks.length * 16}u + ${i * 16}u + e / ${pair.length * 2}u;`,
        `  let column = subgroup % ${across}u * ${columns.length * 2}u + ${pair[0]! * 2}u + e % ${pair.length * 2}u;`,
        `  let strip = subgroup * ${16 * stripStride}u + e / ${pair.length * 2}u * ${stripStride}u + e % ${pair.length * 2}u * 2u;`,
        `  if (query0 + query < u.L && column < ${perLine}u) {`,
        `    y[((batch * u.L + query0 + query) * u.H + head) * ${perLine}u + column] =`,
        '      pack(bitcast<vec4<f32>>(tiles[strip]) / whole[query], bitcast<vec4<f32>>(tiles[strip + 1u]) / whole[query]);',
        '  }',
        '}',
        'workgroupBarrier();',
      ])
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
var<workgroup> whole: array<f32, ${queryTile}>;
var<workgroup> tooLarge: u32;
const lowest = -1e30;
fn ending(logits: vec4<f32>, key: u32, first: u32) -> vec4<f32> {
  let keys = vec4(key) + vec4(0u, 1u, 2u, 3u);
  return select(vec4(lowest), logits + select(vec4(0.0), vec4(u.lastKeyBias), keys == vec4(u.S - 1u)),
    (keys >= vec4(first)) & (keys < vec4(u.S)));
}
fn pack(a: vec4<f32>, b: vec4<f32>) -> vec4<u32> {
  return vec4(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
}
// the last tile is moved back inside; its keys that were in the tile before do not count again
fn inside(key: u32) -> u32 { return ${isShort ? 'key' : `min(key, u.S - ${keyTile}u)`}; }
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32,
        @builtin(subgroup_id) subgroup: u32) {
  let head = group.y % u.H;
  let batch = group.y / u.H;
  let query0 = group.x * ${queryTile}u;
  for (var i = thread; i < ${queryTile * perLine}u; i += ${threads}u) {
    let line = (batch * u.L + min(query0 + i / ${perLine}u, u.L - 1u)) * u.H + head;
    tiles[i / ${perLine}u * ${at.stride}u + i % ${perLine}u] = q[line * ${perLine}u + i % ${perLine}u];
  }
  workgroupBarrier();
  let queriesOf = subgroup / ${across}u * ${queryBlocks.length * 16 * at.stride}u;
  ${lines(each((i, d) => `let q${i}_${d} = ${load('Left', 'row_major', `queriesOf + ${i * 16 * at.stride + d * 2}u`, at.stride)};`, depth))}
  workgroupBarrier();
  let keysOf = subgroup % ${across}u * ${keyBlocks.length * 16 * at.stride}u;
  let valuesOf = subgroup % ${across}u * ${columns.length * 2}u;
  let logitsOf = ${at.logits}u + subgroup / ${across}u * ${queryBlocks.length * 16 * logitStride}u;
  let row = thread / 2u;
  let side = thread % 2u;
  let own = ${at.logits}u + row * ${logitStride}u + side * 4u;
  ${hasBias ? `let biasStart = head * (u.L + u.S - 1u) + u.L - 1u - min(query0 + row, u.L - 1u) + side * 16u;` : ''}
  ${each((i, j) => `var o${i}_${j}: Sum;`, columns).join(' ')}
  ${keys.declare} ${values.declare}
  var total = 0.0;
  var step = max(${keyTile}u, u.S / ${looks}u);
  loop {
    var reference = lowest;
    for (var key0 = 0u; key0 < u.S; key0 += step) {
      let base = inside(key0);
      ${keys.fetch('base')}
      ${keys.put}
      workgroupBarrier();
      ${products}
      workgroupBarrier();
      ${logits('base', 'base', '0.0')}
      let highs = max(max(t0, t1), max(t2, t3));
      reference = max(reference, max(max(highs.x, highs.y), max(highs.z, highs.w)));
    }
    reference = max(reference, subgroupShuffleXor(reference, 1u)) + ${headroom}.0;
    total = 0.0;
    var largest = 0.0;
    ${lines(each((i, j) => `o${i}_${j} = Sum();`, columns))}
    ${keys.fetch('inside(0u)')}
    ${keys.put}
    ${values.fetch('inside(0u)')}
    for (var key0 = 0u; key0 < u.S; key0 += ${keyTile}u) {
      let base = inside(key0);
      let next = inside(key0 + ${keyTile}u);
      workgroupBarrier();
      ${keys.fetch('next')}
      ${products}
      workgroupBarrier();
      ${values.put}
      ${values.fetch('next')}
      ${logits('base', 'key0', 'reference')}
      ${lines(quads.map((n) => `t${n} = exp2(t${n});`))}
      let sum4 = (t0 + t1) + (t2 + t3);
      let sum = (sum4.x + sum4.y) + (sum4.z + sum4.w);
      total += sum;
      largest = max(largest, sum);
      tiles[own] = pack(t0, t1);
      tiles[own + 1u] = pack(t2, t3);
      workgroupBarrier();
      ${sums}
      workgroupBarrier();
      ${keys.put}
    }
    if (!(largest < ${mostWeight})) { tooLarge = 1u; }
    if (workgroupUniformLoad(&tooLarge) == 0u || step == ${keyTile}u) { break; }
    step = ${keyTile}u;
  }
  total += subgroupShuffleXor(total, 1u);
  if (side == 0u) { whole[row] = total; }
  ${lines(queryBlocks.flatMap((i) => pairs.map((pair) => output(i, pair))))}
}${
        hasBias
          ? `
fn biasFrom(first: u32) -> vec4<f32> {
  let end = arrayLength(&relativeBias) - 1u;
  return ${Math.LOG2E} * vec4(${quads.map((n) => `relativeBias[min(first + ${n}u, end)]`).join(', ')});
}`
          : ''
      }`,
    }
  },
)

/** Attention with the keys and values of a head in turn on the matrix units; heads of 16, 32 … 128. */
export function attendOnUnits(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  const { q, k, v, relativeBias, lastKeyCount = 1 } = args
  const { batch, queries: L, keys: S, heads: H, size } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(size) } = args
  const tensors = { q, k, v, ...(relativeBias && { relativeBias }), y: out }
  const uniforms = { L, S, H, scale: scale * Math.LOG2E, lastKeyBias: Math.log2(lastKeyCount) }
  const chosen = kernel({ size, hasBias: relativeBias !== undefined, isShort: S < keyTile })
  gpu.dispatch(chosen, tensors, uniforms, [Math.ceil(L / queryTile), batch * H])
}
