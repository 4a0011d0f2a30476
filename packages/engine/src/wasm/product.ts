import type { Activation } from '../ops/activation/index.ts'
import type { Tensor } from '../tensor.ts'
import type { WasmHost } from './host.ts'

/** Rows of a product's tile: as in wasm/kernels/tile.ts. */
const tileRows = 6

export const tileBytes = ({ tileColumns }: WasmHost) => 4 * tileRows * tileColumns

export const panelCount = (columns: number, { tileColumns }: WasmHost) => Math.ceil(columns / tileColumns)

const activations = { silu: 1, gelu: 2 } as const satisfies Record<Activation, number>

export const activationCode = (kind: Activation | undefined): number => (kind ? activations[kind] : 0)

interface MatrixSize {
  readonly n: number
  readonly k: number
}

const panelBytes = ({ n, k }: MatrixSize, wasm: WasmHost) => panelCount(n, wasm) * wasm.tileColumns * k * 4

/** A matrix [n, k] at address `from` into panels at `to`. */
function packPanels({ from, to, n, k }: MatrixSize & { from: number; to: number }, wasm: WasmHost): void {
  wasm.parallel('packPanels', [from, to, n, k], { jobs: panelCount(n, wasm) })
}

/** Weights [n, k] in panels, made once. */
export function packedWeights(w: Tensor, { n, k }: MatrixSize, wasm: WasmHost): number {
  return wasm.derived(w, `panels ${n}x${k}`, {
    bytes: panelBytes({ n, k }, wasm),
    fill: (to) => packPanels({ from: wasm.pointer(w), to, n, k }, wasm),
  })
}

export interface DerivedMatrices extends MatrixSize {
  readonly key: string
  readonly count: number
  /** [count, n, k] */
  make(): Float32Array
}

/** Several matrices that are computed from one tensor of weights, each in panels, made once. */
export function packedMatrices(w: Tensor, { key, count, n, k, make }: DerivedMatrices, wasm: WasmHost): number {
  return wasm.derived(w, key, {
    bytes: count * panelBytes({ n, k }, wasm),
    fill(packed) {
      const matrices = make()
      wasm.temporary(matrices.byteLength, (pointer) => {
        wasm.floatsAt(pointer, matrices.length).set(matrices)
        for (let i = 0; i < count; i++) {
          packPanels({ from: pointer + i * n * k * 4, to: packed + i * panelBytes({ n, k }, wasm), n, k }, wasm)
        }
      })
    },
  })
}

export interface Finish {
  readonly out: Tensor
  readonly columns: number
  readonly bias?: Tensor
  readonly activation?: Activation
  readonly multiply?: Tensor
  readonly gate?: Tensor
  readonly residual?: Tensor
}

/** The arguments that a product's kernel takes last. */
export function epilogueArgs(finish: Finish, wasm: WasmHost): number[] {
  const { out, columns, bias, activation, multiply, gate, residual } = finish
  return [
    wasm.pointer(out),
    columns,
    wasm.pointer(bias),
    activationCode(activation),
    wasm.pointer(multiply),
    wasm.pointer(gate),
    wasm.pointer(residual),
  ]
}

/** What one job's input rows may take: a good part of a core's second-level cache. */
const blockBytes = 384 * 1024

/** Jobs for each thread, so that no thread waits long for another. */
const jobsPerThread = 3

interface Block {
  readonly rows: number
  readonly panels: number
}

/** How many rows, and how many panels of columns, one job of a product computes. */
export function blockSize({ m, n, k }: MatrixSize & { m: number }, wasm: WasmHost): Block {
  const { threads } = wasm
  const panels = panelCount(n, wasm)
  const fair = threads === 1 ? m : m / (threads * jobsPerThread)
  const rows = roundUp(Math.max(Math.min(blockBytes / (4 * k), fair, m), 1), tileRows)
  const rowJobs = Math.ceil(m / rows)
  const enough = threads === 1 || rowJobs >= threads * 2
  return { rows, panels: enough ? panels : Math.ceil((panels * rowJobs) / (threads * jobsPerThread)) }
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step

/** What a job needs beside its tensors: the tile, its taps, and two tables of its rows. */
export const productScratch = ({ rows, taps }: { rows: number; taps: number }, wasm: WasmHost) =>
  tileBytes(wasm) + 16 * Math.ceil(taps / 4) + 2 * 4 * (rows + tileRows)
