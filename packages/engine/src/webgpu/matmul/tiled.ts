import type { Tensor } from '../../tensor.ts'
import type { DType } from '../../dtype.ts'
import type { Kernel } from '../kernel.ts'
import { kernelsBy } from '../kernel.ts'
import type { Grid, GpuRecorder } from '../recorder.ts'
import type { Epilogue, EpilogueText } from './epilogue.ts'
import { epilogueTensors, epilogueText, finishSnippet } from './epilogue.ts'

/** A product of rows and columns over K, where the rows may be gathered from anywhere. */
export interface Product {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly depth: number
  /** The bindings that `loads` reads, each as vectors of four where K allows it. */
  readonly operands: Readonly<Record<string, { readonly tensor: Tensor; readonly type: string }>>
  readonly uniforms: Readonly<Record<string, number>>
  /**
   * WGSL. Defines: `struct Line` (what is known of a row ahead of the sum), `lineOf(row: u32) -> Line`,
   * `loadRow(line: Line, k: u32) -> vec4<f32>` and `loadColumn(column: u32, k: u32) -> vec4<f32>` for k a
   * multiple of 4; what lies at K or beyond must come as zeros. Rows and columns are always in range.
   */
  readonly loads: string
  readonly epilogue: Epilogue
}

/** Outputs a workgroup computes: 64 x 64, each of its 16 x 16 threads 4 x 4 of them. */
const tile = 64
/** How much of K is staged at once, in vectors of four. */
const quads = 4
/** Vectors from one staged line to the next: odd, so that neighbouring lines lie in other banks. */
const stride = quads + 1

/** WGSL of a `vec4<f32>` of `name` from element `at`, of which only `left` are there; zeros for the rest. */
export function loadQuad(name: string, vectors: boolean, at: string, left: string): string {
  if (vectors)
    return `select(vec4(0.0), vec4<f32>(${name}[select(0u, (${at}) / 4u, ${left} > 0)]), ${left} > 0)`
  const lanes = [0, 1, 2, 3].map(
    (n) => `select(0.0, f32(${name}[select(0u, ${at} + ${n}u, ${left} > ${n})]), ${left} > ${n})`,
  )
  return `vec4(${lanes.join(', ')})`
}

/** A grid of tiles of `size` x `size`: columns along x, rows along y and, past 65535 of them, z. */
export function tileGrid(columns: number, rows: number, size: number): Grid {
  const tiles = Math.ceil(rows / size)
  const layers = Math.ceil(tiles / 65535)
  return [Math.ceil(columns / size), Math.ceil(tiles / layers), layers]
}

type ProductText = Pick<Kernel, 'name'> & {
  readonly operands: Kernel['inputs']
  readonly uniforms: readonly string[]
  readonly loads: string
  readonly epilogue: EpilogueText
  readonly to: DType
}

/** The portable product: f32 arithmetic on vectors of four, staged through workgroup memory. */
const productKernel = kernelsBy(
  ({ name, operands, uniforms, loads, epilogue, to }: ProductText): Kernel => ({
    name,
    inputs: { ...operands, ...epilogue.types },
    outputs: { y: to },
    uniforms: {
      rows: 'u32',
      columns: 'u32',
      depth: 'u32',
      ...Object.fromEntries(uniforms.map((uniform) => [uniform, 'i32' as const])),
    },
    workgroup: [16, 16, 1],
    code: `
var<workgroup> left: array<vec4<f32>, ${tile * stride}>;
var<workgroup> right: array<vec4<f32>, ${tile * stride}>;
${loads}
${finishSnippet(epilogue, 1)}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let row0 = (group.z * groups.y + group.y) * ${tile}u;
  let column0 = group.x * ${tile}u;
  let staged = thread / ${quads}u;
  let quad = thread % ${quads}u;
  let line = lineOf(min(row0 + staged, u.rows - 1u));
  let column = min(column0 + staged, u.columns - 1u);
  var sums: array<vec4<f32>, 4>;
  for (var k = 0u; k < u.depth; k += ${quads * 4}u) {
    left[staged * ${stride}u + quad] = loadRow(line, k + quad * 4u);
    right[staged * ${stride}u + quad] = loadColumn(column, k + quad * 4u);
    workgroupBarrier();
    for (var q = 0u; q < ${quads}u; q++) {
      let b0 = right[local.x * ${stride}u + q];
      let b1 = right[(local.x + 16u) * ${stride}u + q];
      let b2 = right[(local.x + 32u) * ${stride}u + q];
      let b3 = right[(local.x + 48u) * ${stride}u + q];
      ${[0, 1, 2, 3]
        .map(
          (n) => `let a${n} = left[(local.y + ${n * 16}u) * ${stride}u + q];
      sums[${n}] += vec4(dot(a${n}, b0), dot(a${n}, b1), dot(a${n}, b2), dot(a${n}, b3));`,
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  for (var r = 0u; r < 4u; r++) {
    let row = row0 + local.y + r * 16u;
    for (var c = 0u; c < 4u; c++) {
      let col = column0 + local.x + c * 16u;
      if (row < u.rows && col < u.columns) {
        let at = row * u.columns + col;
        y[at] = ${to}(finish(sums[r][c], at, col));
      }
    }
  }
}`,
  }),
)

export function dispatchTiled(gpu: GpuRecorder, out: Tensor, product: Product): void {
  const { name, operands, loads, epilogue, rows, columns, depth } = product
  const kernel = productKernel({
    name,
    operands: Object.fromEntries(
      Object.entries(operands).map(([operand, { type }]) => [operand, type]),
    ),
    uniforms: Object.keys(product.uniforms),
    loads,
    epilogue: epilogueText(epilogue),
    to: out.dtype,
  })
  const tensors = Object.fromEntries(
    Object.entries(operands).map(([operand, { tensor }]) => [operand, tensor]),
  )
  const uniforms = { rows, columns, depth, ...product.uniforms }
  gpu.dispatch(
    kernel,
    { ...tensors, ...epilogueTensors(epilogue), y: out },
    uniforms,
    tileGrid(columns, rows, tile),
  )
}
