import type { Activation } from '../ops/activation/arguments.ts'
import type { Tensor } from '../tensor.ts'
import { channels } from '../tensor.ts'
import type { WasmHost } from './host.ts'
import type { Values } from './kernel.ts'
import { roundUp } from './tile.ts'
import type { epilogue } from './wasm-kernels.ts'
import { packPanelsKernel, tileRows } from './wasm-kernels.ts'

export const panelCount = (columns: number, { tileColumns }: WasmHost) =>
  Math.ceil(columns / tileColumns)

const activations = { silu: 1, gelu: 2 } as const satisfies Record<Activation, number>

export const activationCode = (kind: Activation | undefined): number =>
  kind ? activations[kind] : 0

interface MatrixSize {
  readonly n: number
  readonly k: number
}

const panelBytes = ({ n, k }: MatrixSize, wasm: WasmHost) =>
  panelCount(n, wasm) * wasm.tileColumns * k * 4

/** A matrix [n, k] into panels. */
function packPanels(
  { from, to, n, k }: MatrixSize & { from: Tensor | number; to: number },
  wasm: WasmHost,
): void {
  wasm.parallel(packPanelsKernel, { jobs: panelCount(n, wasm), args: { from, to, n, k } })
}

/** Weights [n, k] in panels, made once. */
export function packedWeights(w: Tensor, { n, k }: MatrixSize, wasm: WasmHost): number {
  return wasm.derived(w, `panels ${n}x${k}`, {
    bytes: panelBytes({ n, k }, wasm),
    fill: (to) => packPanels({ from: w, to, n, k }, wasm),
  })
}

export interface DerivedMatrices extends MatrixSize {
  readonly key: string
  readonly count: number
  /** [count, n, k] */
  make(): Float32Array
}

/** Several matrices that are computed from one tensor of weights, each in panels, made once. */
export function packedMatrices(
  w: Tensor,
  { key, count, n, k, make }: DerivedMatrices,
  wasm: WasmHost,
): number {
  return wasm.derived(w, key, {
    bytes: count * panelBytes({ n, k }, wasm),
    fill(packed) {
      const matrices = make()
      wasm.temporary(matrices.byteLength, (pointer) => {
        wasm.floatsAt(pointer, matrices.length).set(matrices)
        for (let i = 0; i < count; i++) {
          packPanels(
            { from: pointer + i * n * k * 4, to: packed + i * panelBytes({ n, k }, wasm), n, k },
            wasm,
          )
        }
      })
    },
  })
}

export interface Finish {
  readonly bias?: Tensor
  readonly activation?: Activation
  readonly multiply?: Tensor
  readonly gate?: Tensor
  readonly residual?: Tensor
}

/** What a product's kernel does with its sums. */
export const finish = (
  { bias, activation, multiply, gate, residual }: Finish,
  out: Tensor,
): Values<(typeof epilogue)['fields']> => ({
  out,
  columns: channels(out),
  bias,
  activation: activationCode(activation),
  multiply,
  gate,
  residual,
})

/** How much of K is multiplied at a time: so much of a panel stays in a core's first-level cache. */
const mostDepth = 384
/** What a job's input rows may take, and its sums: good parts of a core's second-level cache. */
const rowBytes = 384 * 1024
const sumBytes = 256 * 1024

/** Jobs for each thread, so that no thread waits long for another. */
const jobsPerThread = 3

export interface Block {
  readonly rowsPerJob: number
  readonly panelsPerJob: number
  readonly depth: number
}

/** How many rows, and how many panels of columns, one job of a product computes, and how much of K at a time. */
export function blockSize({ m, n, k }: MatrixSize & { m: number }, wasm: WasmHost): Block {
  const { threads, tileColumns } = wasm
  const depth = Math.ceil(k / Math.ceil(k / mostDepth))
  const fair = threads === 1 ? m : m / (threads * jobsPerThread)
  const rows = roundUp(Math.max(Math.min(rowBytes / (4 * depth), fair, m), 1), tileRows)
  const rowJobs = Math.ceil(m / rows)
  const panels = panelCount(n, wasm)
  const fitting = depth < k ? Math.max(Math.floor(sumBytes / (4 * rows * tileColumns)), 1) : panels
  const enough = threads === 1 || rowJobs >= threads * 2
  const fairPanels = enough ? panels : Math.ceil((panels * rowJobs) / (threads * jobsPerThread))
  return {
    rowsPerJob: rows,
    panelsPerJob: Math.min(fairPanels, Math.ceil(panels / Math.ceil(panels / fitting))),
    depth,
  }
}
