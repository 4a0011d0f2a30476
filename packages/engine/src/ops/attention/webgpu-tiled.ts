import type { DType } from '../../dtype.ts'
import type { Tensor } from '../../tensor.ts'
import { wide, widthFor } from '../../webgpu/elementwise.ts'
import type { Kernel } from '../../webgpu/kernel.ts'
import { kernelsBy } from '../../webgpu/kernel.ts'
import { loadQuad } from '../../webgpu/matmul/tiled.ts'
import { range } from '../../webgpu/range.ts'
import type { GpuRecorder } from '../../webgpu/recorder.ts'
import type { AttentionArgs } from './arguments.ts'
import { attentionSizes } from './arguments.ts'

const threads = 128
/** Keys a workgroup goes through at once. */
const keyTile = 32
/** Vectors of four of each query and key staged at once; one more from line to line, to spread over the banks. */
const quads = 4
const stride = quads + 1
const weightStride = keyTile / 4 + 1

/** How the threads of a workgroup share its queries' logits and sums, for heads of `size`. */
function plan(size: number) {
  const vectors = Math.ceil(size / 4)
  // the sums of all queries stay in registers: fewer queries for larger heads
  const queries = size <= 256 ? 32 : size <= 512 ? 16 : 8
  const columns = Math.min(threads, 2 ** Math.ceil(Math.log2(vectors)))
  const teams = Math.min(threads / columns, queries)
  const queryLanes = Math.min(16, queries)
  return {
    vectors,
    queries,
    /** Sums: each of `columns` threads has one vector of every `columns`-th, for each `teams`-th query. */
    columns,
    teams,
    sumQueries: range(queries / teams),
    sumVectors: range(Math.ceil(vectors / columns)),
    /** Logits: each thread has these, `queryLanes` and `keyLanes` apart. */
    queryLanes,
    keyLanes: threads / queryLanes,
    logitQueries: range(queries / queryLanes),
    logitKeys: range((keyTile * queryLanes) / threads),
    /** Softmax: so many threads share a query, each with `keyTile / sharers` keys, a multiple of four. */
    sharers: Math.min(8, threads / queries),
  }
}

/**
 * The portable attention: one workgroup for a tile of queries of one head. It goes through the keys a tile at a time and keeps, of
 * each query, the highest logit so far, the sum of powers, and the weighted sum of values.
 */
const kernel = kernelsBy(
  ({ dtype, size, hasBias }: { dtype: DType; size: number; hasBias: boolean }): Kernel => {
    const p = plan(size)
    const width = widthFor(size)
    const type = wide(dtype, width)
    const keysEach = keyTile / p.sharers
    const sums = p.sumQueries.flatMap((r) =>
      p.sumVectors.map((c) => ({ r, c, name: `o${r}_${c}` })),
    )
    const logits = p.logitQueries.flatMap((r) =>
      p.logitKeys.map((c) => ({ r, c, name: `s${r}_${c}` })),
    )
    const lines = (all: readonly string[], indent = 4) => all.join(`\n${' '.repeat(indent)}`)
    return {
      name: `attention ${dtype} of heads up to ${p.vectors * 4}`,
      inputs: { q: type, k: type, v: type, ...(hasBias && { relativeBias: 'f32' }) },
      outputs: { y: dtype },
      uniforms: { L: 'u32', S: 'u32', H: 'u32', D: 'u32', scale: 'f32', lastKeyBias: 'f32' },
      workgroup: [threads, 1, 1],
      code: `
var<workgroup> queries: array<vec4<f32>, ${p.queries * stride}>;
var<workgroup> keys: array<vec4<f32>, ${keyTile * stride}>;
var<workgroup> logits: array<f32, ${p.queries * (keyTile + 1)}>;
var<workgroup> weights: array<vec4<f32>, ${p.queries * weightStride}>;
var<workgroup> shrink: array<f32, ${p.queries}>;
var<workgroup> totals: array<f32, ${p.queries * p.sharers}>;
fn query(at: u32, d: u32) -> vec4<f32> { let left = i32(u.D) - i32(d); return ${loadQuad('q', width === 4, 'at + d', 'left')}; }
fn key(at: u32, d: u32) -> vec4<f32> { let left = i32(u.D) - i32(d); return ${loadQuad('k', width === 4, 'at + d', 'left')}; }
fn value(at: u32, d: u32) -> vec4<f32> { let left = i32(u.D) - i32(d); return ${loadQuad('v', width === 4, 'at + d', 'left')}; }
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let head = group.y % u.H;
  let batch = group.y / u.H;
  let query0 = group.x * ${p.queries}u;
  let queryLane = thread % ${p.queryLanes}u;
  let keyLane = thread / ${p.queryLanes}u;
  let sharedQuery = min(thread / ${p.sharers}u, ${p.queries - 1}u);
  let sharer = thread % ${p.sharers}u;
  let column = thread % ${p.columns}u;
  let team = thread / ${p.columns}u;
  var highest = -1e30;
  var total = 0.0;
  ${lines(
    sums.map(({ name }) => `var ${name} = vec4(0.0);`),
    2,
  )}
  for (var key0 = 0u; key0 < u.S; key0 += ${keyTile}u) {
    ${lines(logits.map(({ name }) => `var ${name} = 0.0;`))}
    for (var d0 = 0u; d0 < u.D; d0 += ${quads * 4}u) {
      for (var i = thread; i < ${p.queries * quads}u; i += ${threads}u) {
        let at = ((batch * u.L + min(query0 + i / ${quads}u, u.L - 1u)) * u.H + head) * u.D;
        queries[(i / ${quads}u) * ${stride}u + i % ${quads}u] = query(at, d0 + (i % ${quads}u) * 4u);
      }
      for (var i = thread; i < ${keyTile * quads}u; i += ${threads}u) {
        let at = ((batch * u.S + min(key0 + i / ${quads}u, u.S - 1u)) * u.H + head) * u.D;
        keys[(i / ${quads}u) * ${stride}u + i % ${quads}u] = key(at, d0 + (i % ${quads}u) * 4u);
      }
      workgroupBarrier();
      for (var d = 0u; d < ${quads}u; d++) {
        ${lines(
          [
            ...p.logitQueries.map(
              (r) => `let a${r} = queries[(queryLane + ${r * p.queryLanes}u) * ${stride}u + d];`,
            ),
            ...p.logitKeys.map(
              (c) => `let b${c} = keys[(keyLane + ${c * p.keyLanes}u) * ${stride}u + d];`,
            ),
            ...logits.map(({ name, r, c }) => `${name} += dot(a${r}, b${c});`),
          ],
          8,
        )}
      }
      workgroupBarrier();
    }
    ${lines(
      logits.map(({ name, r, c }) => {
        const [row, column] = [`queryLane + ${r * p.queryLanes}u`, `keyLane + ${c * p.keyLanes}u`]
        return `logits[(${row}) * ${keyTile + 1}u + ${column}] = logit(${name}, query0 + ${row}, key0 + ${column}, head);`
      }),
    )}
    workgroupBarrier();
    var high = highest;
    for (var j = 0u; j < ${keyTile}u; j++) { high = max(high, logits[sharedQuery * ${keyTile + 1}u + j]); }
    let factor = exp(highest - high);
    highest = high;
    total *= factor;
    if (thread < ${p.queries * p.sharers}u) {
      for (var j = 0u; j < ${keysEach}u; j += 4u) {
        let at = sharedQuery * ${keyTile + 1}u + sharer * ${keysEach}u + j;
        let power = exp(vec4(logits[at], logits[at + 1u], logits[at + 2u], logits[at + 3u]) - high);
        total += dot(power, vec4(1.0));
        weights[sharedQuery * ${weightStride}u + (sharer * ${keysEach}u + j) / 4u] = power;
      }
      if (sharer == 0u) { shrink[sharedQuery] = factor; }
    }
    workgroupBarrier();
    if (team < ${p.teams}u) {
      ${lines(
        sums.map(({ name, r }) => `${name} *= shrink[team + ${r * p.teams}u];`),
        6,
      )}
      for (var j = 0u; j < ${keyTile}u; j += 4u) {
        ${lines(
          p.sumQueries.map(
            (r) => `let w${r} = weights[(team + ${r * p.teams}u) * ${weightStride}u + j / 4u];`,
          ),
          8,
        )}
        for (var n = 0u; n < 4u; n++) {
          let at = ((batch * u.S + min(key0 + j + n, u.S - 1u)) * u.H + head) * u.D;
          ${lines(
            [
              ...p.sumVectors.map(
                (c) => `let v${c} = value(at, (column + ${c * p.columns}u) * 4u);`,
              ),
              ...sums.map(({ name, r, c }) => `${name} += w${r}[n] * v${c};`),
            ],
            10,
          )}
        }
      }
    }
  }
  if (thread < ${p.queries * p.sharers}u) { totals[thread] = total; }
  workgroupBarrier();
  if (team < ${p.teams}u) {
    ${lines(sums.map(({ name, r, c }) => `store(${name}, team + ${r * p.teams}u, (column + ${c * p.columns}u) * 4u, group);`))}
  }
}
fn logit(sum: f32, i: u32, j: u32, head: u32) -> f32 {
  if (j >= u.S) { return -1e30; }
  ${hasBias ? 'let bias = relativeBias[head * (u.L + u.S - 1u) + j + u.L - 1u - min(i, u.L - 1u)];' : 'let bias = 0.0;'}
  return u.scale * sum + bias + select(0.0, u.lastKeyBias, j == u.S - 1u);
}
fn store(sum: vec4<f32>, row: u32, d: u32, group: vec3<u32>) {
  let i = group.x * ${p.queries}u + row;
  if (i >= u.L) { return; }
  var whole = 0.0;
  for (var n = 0u; n < ${p.sharers}u; n++) { whole += totals[row * ${p.sharers}u + n]; }
  let at = (((group.y / u.H) * u.L + i) * u.H + group.y % u.H) * u.D + d;
  for (var n = 0u; n < 4u; n++) {
    if (d + n < u.D) { y[at + n] = ${dtype}(sum[n] / whole); }
  }
}`,
    }
  },
)

export function attendTiled(args: AttentionArgs, out: Tensor, gpu: GpuRecorder): void {
  const { q, k, v, relativeBias, lastKeyCount = 1 } = args
  const { batch, queries: L, keys: S, heads: H, size: D } = attentionSizes(args)
  const { scale = 1 / Math.sqrt(D) } = args
  const tensors = { q, k, v, ...(relativeBias && { relativeBias }), y: out }
  const uniforms = { L, S, H, D, scale, lastKeyBias: Math.log(lastKeyCount) }
  const text = { dtype: q.dtype, size: D, hasBias: relativeBias !== undefined }
  gpu.dispatch(kernel(text), tensors, uniforms, [Math.ceil(L / plan(D).queries), batch * H])
}
