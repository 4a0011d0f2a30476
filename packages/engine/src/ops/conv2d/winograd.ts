import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { finish, packedMatrices, panelCount } from '../../wasm/product.ts'
import { roundUp } from '../../wasm/tile.ts'
import { tileRows } from '../../wasm/wasm-kernels.ts'
import { chooseRows } from './choose-rows.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'
import { sourceOf } from './source-of.ts'
import { winogradDoubledKernel, winogradKernel } from './wasm-kernels.ts'

type Sizes = ReturnType<typeof conv2dSizes>

/** With few channels the transforms take longer than what they save, unless the image is doubled. */
const fewestChannels = 16

/** Whether wasm/kernels/winograd.ts computes it, and pays. */
export function suitsWinograd(s: Sizes): boolean {
  const { top, left, bottom, right } = s.pad
  const isKernel =
    s.kernelHeight === 3 && s.kernelWidth === 3 && s.stride === 1 && s.channels % 4 === 0
  const pays = Math.min(s.channels, s.outChannels) >= fewestChannels
  return isKernel && (s.zoom === 1 ? pays : [top, left, bottom, right].every((p) => p === 1))
}

/**
 * A 3 x 3 convolution with 4/9 of its multiplications, or 1/4 of them when the image is doubled. What
 * rounding adds is of the order of the sums' own.
 */
export function winogradWasm(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const s = conv2dSizes(args)
  const [n, k] = [s.outChannels, s.channels]
  const { kernel, key, taps } = s.zoom === 1 ? plain : doubled
  const count = taps.length ** 2
  const make = () => transformWeights(floats(args.w), { taps, count: n * k, channels: k })
  const packed = packedMatrices(args.w, { key, count, n, k, make }, wasm)
  const rowsPerJob = 2 * Math.ceil(chooseRows(s, wasm.threads) / 2)
  wasm.parallel(kernel, {
    jobs: s.batch * Math.ceil(s.outHeight / rowsPerJob),
    args: {
      source: sourceOf(args),
      packed,
      outHeight: s.outHeight,
      outWidth: s.outWidth,
      rowsPerJob,
      panels: panelCount(n, wasm),
      group: chooseGroup(s, rowsPerJob),
      epilogue: finish(args, out),
    },
  })
}

interface Form {
  readonly kernel: typeof winogradKernel
  readonly key: string
  /** The sums of a row's (or column's) three taps that windows are multiplied with. */
  readonly taps: readonly (readonly [number, number, number])[]
}

const plain: Form = {
  kernel: winogradKernel,
  key: 'winograd',
  taps: [
    [1, 0, 0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ],
}

/** The third sum meets zeros; the second meets twice a pixel, which is once in the kernel. */
const doubled: Form = {
  kernel: winogradDoubledKernel,
  key: 'winograd doubled',
  taps: [
    [1, 0, 0],
    [1, 1, 1],
    [0, 0, 1],
  ],
}

/** What a group's transformed windows and products may take: a good part of a core's second-level cache. */
const groupBytes = 384 * 1024

/** So many windows at least share what is read of the weights. */
const smallestGroup = 24

/** Products a window: 16, or 9 of them when the image is doubled. */
const mostProducts = 16

function chooseGroup(s: Sizes, rowsPerJob: number): number {
  const windows = Math.ceil(rowsPerJob / 2) * Math.ceil(s.outWidth / 2)
  const fitting =
    Math.floor(groupBytes / (mostProducts * 4 * (s.channels + s.outChannels)) / tileRows) * tileRows
  return Math.min(Math.max(fitting, smallestGroup), roundUp(windows, tileRows))
}

interface WeightSizes {
  readonly taps: Form['taps']
  /** O * C */
  readonly count: number
  readonly channels: number
}

/** w[O, 3, 3, C] as [sums * sums, O, C]: taps * w * tapsᵀ. */
function transformWeights(w: Float32Array, { taps, count, channels }: WeightSizes): Float32Array {
  const matrices = new Float32Array(taps.length ** 2 * count)
  const column = new Float64Array(3)
  taps.forEach(([a, b, c], y) => {
    taps.forEach(([d, e, f], x) => {
      const at = (y * taps.length + x) * count
      for (let i = 0; i < count; i++) {
        const first = Math.floor(i / channels) * 9 * channels + (i % channels)
        for (let kx = 0; kx < 3; kx++) {
          const top = first + kx * channels
          column[kx] = a * w[top]! + b * w[top + 3 * channels]! + c * w[top + 6 * channels]!
        }
        matrices[at + i] = d * column[0]! + e * column[1]! + f * column[2]!
      }
    })
  })
  return matrices
}
