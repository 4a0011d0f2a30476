import type { Tensor } from '../../tensor.ts'
import { wide } from '../elementwise.ts'
import type { Kernel } from '../kernel.ts'
import { subgroupSize } from '../features.ts'
import { kernelsBy } from '../kernel.ts'
import { range } from '../range.ts'
import type { GpuRecorder } from '../recorder.ts'
import { spread } from '../recorder.ts'
import type { Epilogue, EpilogueText } from './epilogue.ts'
import { epilogueTensors, epilogueText, finishSnippet } from './epilogue.ts'

/**
 * A product on the device's matrix units: y[z, row, n] = sum over taps t and channels c of
 * x[place(row, t), c] * w[z, n, t, c].
 */
export interface UnitProduct {
  readonly name: string
  /** f16, its last axis a multiple of 8; or quantised rows (see `quantize`), then w too, and one tap. */
  readonly x: Tensor
  /** f16 `[Z, N, T, C]` in this order. */
  readonly w: Tensor
  readonly layers: number
  readonly rows: number
  /** A multiple of 4. */
  readonly columns: number
  readonly taps: number
  readonly channels: number
  /** How rows lie in x and y when they are not simply one after the other. */
  readonly gather?: Gather
  readonly epilogue: Epilogue
}

/**
 * WGSL. Defines: `lineOf(row: u32, layer: u32) -> vec4<i32>` (whatever `place` needs of a row, and in w the
 * row of the result) and `place(line: vec4<i32>, tap: u32) -> i32`: which vector of channels of x lies
 * under a tap, or -1 for zeros.
 */
export interface Gather {
  readonly code: string
  readonly uniforms: Readonly<Record<string, number>>
}

/** What a workgroup computes and how its subgroups share it. */
export type TileShape = {
  /** Of the result. */
  readonly rows: number
  readonly columns: number
  /** Subgroups down and across. */
  readonly down: number
  readonly across: number
  /** Of K, in vectors of 16 bytes. */
  readonly depth: number
}

/** What the units multiply: matrices that are two vectors of 16 bytes deep. */
const factors = {
  f16: {
    perVector: 8,
    left: 'subgroup_matrix_left<f16, 16, 16>',
    right: 'subgroup_matrix_right<f16, 16, 16>',
    sum: 'subgroup_matrix_result<f32, 16, 16>',
  },
  i8: {
    perVector: 16,
    left: 'subgroup_matrix_left<i8, 32, 16>',
    right: 'subgroup_matrix_right<i8, 16, 32>',
    sum: 'subgroup_matrix_result<i32, 16, 16>',
  },
} as const

/**
 * Most of the time goes to feeding the units, so the largest tile whose sums fit the registers. Its slice of K takes
 * 20 KiB, so that a multiprocessor with 48 KiB works on two tiles: while one waits, the other multiplies.
 */
export const large: TileShape = { rows: 128, columns: 128, down: 2, across: 2, depth: 4 }
/** For results that make too few large tiles to fill the device. */
export const small: TileShape = { rows: 64, columns: 64, down: 2, across: 2, depth: 4 }
const tilesToFillADevice = 200

/** Neighbouring workgroups share a square of tiles, this many rows high, for the sake of the cache. */
const band = 8

export const fitsUnits = (gpu: GpuRecorder, x: Tensor, w: Tensor, columns: number): boolean =>
  gpu.features.matrixUnits &&
  gpu.features.workgroupStorageBytes >= storageBytes(large) &&
  x.dtype === 'f16' &&
  w.dtype === 'f16' &&
  columns % 4 === 0

/** The same for products of quantised rows. */
export const fitsByteUnits = (gpu: GpuRecorder, columns: number): boolean =>
  gpu.features.byteUnits &&
  gpu.features.workgroupStorageBytes >= storageBytes(large) &&
  columns % 4 === 0

export function dispatchUnits(
  gpu: GpuRecorder,
  out: Tensor,
  product: UnitProduct,
  shape = shapeFor(product),
): void {
  const { rows, columns, layers, channels, gather, x, w } = product
  const factor = x.dtype === 'f16' ? 'f16' : 'i8'
  const vectors = channels / factors[factor].perVector
  const [across, down] = spread(tileCount(product, shape))
  const uniforms = {
    rows,
    columns: columns / 4,
    vectors,
    taps: product.taps,
    ...gather?.uniforms,
  }
  const tensors = { x, w, ...epilogueTensors(product.epilogue), y: out }
  const kernel = unitKernel({
    name: product.name,
    taps: product.taps,
    factor,
    isRagged: vectors % shape.depth !== 0,
    gather: gather && { code: gather.code, uniforms: Object.keys(gather.uniforms) },
    epilogue: epilogueText(product.epilogue),
    to: wide(out.dtype, 4),
    shape,
  })
  gpu.dispatch(kernel, tensors, uniforms, [across, down, layers])
}

const tileCount = ({ rows, columns }: UnitProduct, shape: TileShape) =>
  Math.ceil(rows / shape.rows) * Math.ceil(columns / shape.columns)

const shapeFor = (product: UnitProduct): TileShape =>
  tileCount(product, large) * product.layers < tilesToFillADevice ? small : large

/** Vectors from one staged line to the next: odd, so that neighbouring lines lie in other banks. */
const lineStride = (shape: TileShape) => shape.depth + 1
const stagedVectors = (shape: TileShape) => (shape.rows + shape.columns) * lineStride(shape)
const storageBytes = (shape: TileShape) => (stagedVectors(shape) + shape.rows) * 16

type UnitText = Pick<Kernel, 'name'> & {
  readonly factor: keyof typeof factors
  readonly taps: number
  /** Whether the last slice of the channels is not whole. */
  readonly isRagged: boolean
  readonly gather: { readonly code: string; readonly uniforms: readonly string[] } | undefined
  readonly epilogue: EpilogueText
  readonly to: string
  readonly shape: TileShape
}

/**
 * While the units work on a slice of K in workgroup memory, the next one is fetched into registers. Matrices are
 * names, not arrays, because an indexed array of them would leave the registers.
 */
const unitKernel = kernelsBy((text: UnitText): Kernel => {
  const { name, factor, gather, epilogue, to, shape } = text
  const threads = shape.down * shape.across * subgroupSize
  const staging = stage(text, threads)
  const [rowBlocks, columnBlocks] = [
    range(shape.rows / shape.down / 16),
    range(shape.columns / shape.across / 16),
  ]
  const sums = rowBlocks.flatMap((i) => columnBlocks.map((j) => `c${i}${j}`))
  return {
    name: `${name} on matrix units, tiles of ${shape.rows} x ${shape.columns}`,
    inputs: {
      x: 'vec4<u32>',
      w: 'vec4<u32>',
      ...Object.fromEntries(
        Object.entries(epilogue.types).map(([tensor, type]) => [tensor, wide(type, 4)]),
      ),
    },
    outputs: { y: to },
    uniforms: {
      rows: 'u32',
      columns: 'u32',
      vectors: 'u32',
      taps: 'u32',
      ...Object.fromEntries((gather?.uniforms ?? []).map((uniform) => [uniform, 'i32' as const])),
    },
    workgroup: [threads, 1, 1],
    subgroup: subgroupSize,
    code: `
alias Left = ${factors[factor].left};
alias Right = ${factors[factor].right};
alias Sum = ${factors[factor].sum};
var<workgroup> tiles: array<vec4<u32>, ${stagedVectors(shape)}>;
${factor === 'i8' ? `var<workgroup> scales: array<f32, ${shape.rows + shape.columns}>;` : ''}
${gather ? `var<workgroup> lines: array<vec4<i32>, ${shape.rows}>;\n${gather.code}${placed}` : ''}
${finishSnippet(epilogue, 4)}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32, @builtin(subgroup_id) subgroup: u32) {
  let tilesDown = (u.rows + ${shape.rows - 1}u) / ${shape.rows}u;
  let tilesAcross = (u.columns + ${shape.columns / 4 - 1}u) / ${shape.columns / 4}u;
  let tile = group.y * groups.x + group.x;
  if (tile >= tilesDown * tilesAcross) { return; }
  let bandStart = tile / (${band}u * tilesAcross) * ${band}u;
  let bandHeight = min(tilesDown - bandStart, ${band}u);
  let inBand = tile - bandStart * tilesAcross;
  let row0 = (bandStart + inBand % bandHeight) * ${shape.rows}u;
  let column0 = inBand / bandHeight * ${shape.columns}u;
  let layer = group.z;
  ${staging.prepare}
  ${sums.map((name) => `var ${name}: Sum;`).join(' ')}
  ${staging.fetch}
  let leftStart = subgroup / ${shape.across}u * ${(shape.rows / shape.down) * lineStride(shape)}u;
  let rightStart = ${shape.rows * lineStride(shape)}u + subgroup % ${shape.across}u * ${(shape.columns / shape.across) * lineStride(shape)}u;
  for (var slice = 0u; slice < u.taps * ((u.vectors + ${shape.depth - 1}u) / ${shape.depth}u); slice++) {
    workgroupBarrier();
    ${staging.put}
    workgroupBarrier();
    ${staging.advance}
    ${staging.fetch}
    ${multiply(shape, rowBlocks, columnBlocks)}
  }
  workgroupBarrier();
  ${store(text)}
}`,
  }
})

/** Where the vector `quad` of the channels under a tap of a staged row lies in x; -1 for zeros. */
const placed = `
fn placed(row: u32, tap: u32, quad: u32) -> i32 {
  let pixel = place(lines[row], tap);
  return select(-1, pixel * i32(u.vectors) + i32(quad), pixel >= 0);
}`

/** WGSL that brings a slice of K of both operands from memory to registers, and from there to workgroup memory. */
function stage({ factor, gather, taps, isRagged, shape }: UnitText, threads: number) {
  const perLine = shape.depth
  // behind the codes of a quantised row lies its scale
  const line = factor === 'i8' ? '(u.vectors + 1u)' : 'u.vectors'
  const apart = threads / perLine
  const stride = lineStride(shape)
  const rows = range(shape.rows / apart)
  const columns = range(shape.columns / apart)
  const lines = (all: readonly string[]) => all.join('\n  ')
  const inside = isRagged ? ['at + quad < u.vectors'] : []
  const fetchRow = (i: number) => {
    const conditions = [...(gather ? [`p${i} >= 0`] : []), ...inside]
    if (conditions.length === 0) return `l${i} = x[p${i} + i32(at)];`
    const ok = conditions.join(' && ')
    return `l${i} = select(vec4<u32>(), x[select(0, p${i} + i32(at), ${ok})], ${ok});`
  }
  const fetchColumn = (j: number) => {
    const index = `q${j} + tapStart + at`
    return isRagged
      ? `r${j} = select(vec4<u32>(), w[select(0u, ${index}, ${inside[0]})], ${inside[0]});`
      : `r${j} = w[${index}];`
  }
  const rowAt = (local: string) => `layer * u.rows + min(row0 + ${local}, u.rows - 1u)`
  const columnAt = (local: string) =>
    `layer * u.columns * 4u + min(column0 + ${local}, u.columns * 4u - 1u)`
  const first = gather
    ? [
        `for (var i = thread; i < ${shape.rows}u; i += ${threads}u) { lines[i] = lineOf(min(row0 + i, u.rows - 1u), layer); }`,
        'workgroupBarrier();',
        ...rows.map((i) => `var p${i} = placed(lane + ${i * apart}u, 0u, quad);`),
      ]
    : rows.map((i) => `let p${i} = i32((${rowAt(`lane + ${i * apart}u`)}) * ${line} + quad);`)
  const step = gather
    ? `tap = min(tap + 1u, u.taps - 1u); tapStart = tap * u.vectors;
      ${rows.map((i) => `p${i} = placed(lane + ${i * apart}u, tap, quad);`).join('\n      ')}`
    : ''
  const put = lines([
    ...rows.map((i) => `tiles[stored + ${i * apart * stride}u] = l${i};`),
    ...columns.map((j) => `tiles[stored + ${(shape.rows + j * apart) * stride}u] = r${j};`),
  ])
  return {
    prepare: lines([
      // eight threads store two lines, r and r + 4: at an odd stride these fill all banks once
      `let order = thread / ${perLine}u;`,
      'let lane = (order & 0xfffffff8u) | ((order >> 1u) & 3u) | ((order & 1u) << 2u);',
      `let quad = thread % ${perLine}u;`,
      `let stored = lane * ${stride}u + quad;`,
      ...first,
      ...columns.map(
        (j) => `let q${j} = (${columnAt(`lane + ${j * apart}u`)}) * u.taps * ${line} + quad;`,
      ),
      ...rows.map((i) => `var l${i}: vec4<u32>;`),
      ...columns.map((j) => `var r${j}: vec4<u32>;`),
      ...(factor === 'i8'
        ? [
            `for (var i = thread; i < ${shape.rows}u; i += ${threads}u) { scales[i] = bitcast<f32>(x[(${rowAt('i')}) * ${line} + u.vectors].x); }`,
            `for (var i = thread; i < ${shape.columns}u; i += ${threads}u) { scales[${shape.rows}u + i] = bitcast<f32>(w[(${columnAt('i')}) * ${line} + u.vectors].x); }`,
          ]
        : []),
      'var at = 0u;',
      `${gather && taps > 1 ? 'var tap = 0u; var' : 'let'} tapStart = 0u;`,
    ]),
    fetch: lines([...rows.map(fetchRow), ...columns.map(fetchColumn)]),
    put,
    // past the last slice it starts over, and what is fetched then is not used
    advance: `at += ${perLine}u;
    if (at >= u.vectors) {
      at = 0u;
      ${taps > 1 ? step : ''}
    }`,
  }
}

/** WGSL that adds the products of the staged slice to the sums. */
function multiply(
  shape: TileShape,
  rowBlocks: readonly number[],
  columnBlocks: readonly number[],
): string {
  const stride = lineStride(shape)
  const load = (type: string, order: string, start: string, at: number) =>
    `subgroupMatrixLoad<${type}, ${order}>(&tiles, ${start} + ${at}u, ${stride}u)`
  return range(shape.depth / 2)
    .flatMap((k) => [
      ...rowBlocks.map(
        (i) =>
          `let a${k}${i} = ${load('Left', 'row_major', 'leftStart', i * 16 * stride + k * 2)};`,
      ),
      ...columnBlocks.flatMap((j) => [
        `let b${k}${j} = ${load('Right', 'col_major', 'rightStart', j * 16 * stride + k * 2)};`,
        ...rowBlocks.map(
          (i) => `c${i}${j} = subgroupMatrixMultiplyAccumulate(a${k}${i}, b${k}${j}, c${i}${j});`,
        ),
      ]),
    ])
    .join('\n    ')
}

/** WGSL that takes the sums through workgroup memory, strips of 16 rows at a time, to `y`. */
function store({ factor, gather, to, shape }: UnitText): string {
  const rowBlocks = range(shape.rows / shape.down / 16)
  const columnBlocks = range(shape.columns / shape.across / 16)
  const vectors = (blocks: number) => shape.down * shape.across * 16 * stripStride(blocks)
  const fitting = [4, 2, 1].filter(
    (n) => columnBlocks.length % n === 0 && vectors(n) <= stagedVectors(shape),
  )
  const width = fitting[0]!
  const quads = width * 4
  const stride = stripStride(width)
  const strip = (i: number, start: number) => `
  ${range(width)
    .map(
      (n) =>
        `subgroupMatrixStore<row_major>(&tiles, subgroup * ${16 * stride}u + ${n * 4}u, c${i}${start + n}, ${stride}u);`,
    )
    .join('\n  ')}
  workgroupBarrier();
  for (var e = thread % 32u; e < ${16 * quads}u; e += 32u) {
    let row = owner / ${shape.across}u * ${shape.rows / shape.down}u + ${i * 16}u + e / ${quads}u;
    let quad = owner % ${shape.across}u * ${columnBlocks.length * 4}u + ${start * 4}u + e % ${quads}u;
    let column = column0 / 4u + quad;
    if (row0 + row < u.rows && column < u.columns) {
      let at = ${gather ? 'u32(lines[row].w)' : '(layer * u.rows + row0 + row)'} * u.columns + column;
      let stored = tiles[owner * ${16 * stride}u + e / ${quads}u * ${stride}u + e % ${quads}u];
      let sum = ${factor === 'i8' ? scaled : 'bitcast<vec4<f32>>(stored)'};
      y[at] = ${to}(finish(sum, at, column));
    }
  }
  workgroupBarrier();`
  const columnScales = range(4).map((n) => `scales[${shape.rows + n}u + quad * 4u]`)
  const scaled = `vec4<f32>(bitcast<vec4<i32>>(stored)) * scales[row] * vec4(${columnScales.join(', ')})`
  const strips = rowBlocks.flatMap((i) =>
    columnBlocks.filter((j) => j % width === 0).map((j) => strip(i, j)),
  )
  return `let owner = thread / 32u;${strips.join('')}`
}

/** Vectors of four sums from row to row of a strip: two more than there are, to spread the rows over the banks. */
const stripStride = (blocks: number) => blocks * 4 + 2
