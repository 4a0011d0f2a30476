import { floats } from '../../host.ts'
import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { epilogueArgs, packedWeights, packPanels, panelBytes, panelCount } from '../../wasm/product.ts'
import { linearWasm } from '../linear/wasm.ts'
import { foldUpsample, foldsExactly } from './fold-upsample.ts'
import type { Conv2dArgs } from './index.ts'
import { conv2dSizes } from './index.ts'

type Sizes = ReturnType<typeof conv2dSizes>

export function conv2dWasm(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const sizes = conv2dSizes(args)
  if (isLinear(sizes)) linearWasm({ ...args, w: { ...args.w, shape: [sizes.outChannels, sizes.channels] } }, out, wasm)
  else if (foldsExactly(sizes)) convolve({ args, sizes: onePhase(sizes), phases: 4 }, out, wasm)
  else convolve({ args, sizes, phases: 1 }, out, wasm)
}

const isLinear = ({ kernelHeight, kernelWidth, stride, zoom, pad }: Sizes) =>
  kernelHeight * kernelWidth * stride * zoom === 1 && pad.top + pad.left + pad.bottom + pad.right === 0

/** What one of the four convolutions of the image itself does. */
const onePhase = (sizes: Sizes): Sizes => ({
  ...sizes,
  kernelHeight: 2,
  kernelWidth: 2,
  zoom: 1,
  outHeight: sizes.height,
  outWidth: sizes.width,
})

interface Convolution {
  readonly args: Conv2dArgs
  /** Of one phase. */
  readonly sizes: Sizes
  readonly phases: 1 | 4
}

function convolve({ args, sizes: s, phases }: Convolution, out: Tensor, wasm: WasmHost): void {
  const k = s.kernelHeight * s.kernelWidth * s.channels
  const packed = phases === 1 ? packedWeights(args.w, { n: s.outChannels, k }, wasm) : foldedWeights(args.w, s, wasm)
  const rowsPerJob = chooseRows(s, wasm.threads)
  const image = [wasm.pointer(args.x), packed, s.height, s.width, s.channels, s.outHeight, s.outWidth]
  const window = [s.kernelHeight, s.kernelWidth, s.stride, s.pad.top, s.pad.left, s.zoom, phases]
  const finish = epilogueArgs({ ...args, out, columns: s.outChannels }, wasm)
  wasm.parallel('conv2d', [...image, ...window, rowsPerJob, panelCount(s.outChannels), ...finish], {
    jobs: s.batch * Math.ceil(s.outHeight / rowsPerJob),
    scratchBytes: conv2dScratch(s, rowsPerJob),
  })
}

/** The four folded kernels, each in panels. */
function foldedWeights(w: Tensor, { outChannels: n, channels }: Sizes, wasm: WasmHost): number {
  const k = 4 * channels
  return wasm.derived(w, 'folded panels', {
    bytes: 4 * panelBytes({ n, k }),
    fill(packed) {
      const folded = foldUpsample(floats(w), { outChannels: n, channels })
      wasm.temporary(folded.byteLength, (pointer) => {
        wasm.floatsAt(pointer, folded.length).set(folded)
        for (let phase = 0; phase < 4; phase++) {
          const from = pointer + (phase * folded.byteLength) / 4
          packPanels({ from, to: packed + phase * panelBytes({ n, k }), n, k }, wasm)
        }
      })
    },
  })
}

/** What a job's copy of the image may take: a good part of a core's second-level cache. */
const patchBytes = 256 * 1024

function chooseRows(s: Sizes, threads: number): number {
  const lineBytes = (s.outWidth * s.stride + s.kernelWidth) * s.channels * 4
  const fitting = Math.floor((patchBytes / lineBytes - s.kernelHeight) / s.stride)
  const jobsPerImage = threads === 1 ? 1 : Math.ceil((3 * threads) / s.batch)
  const rows = Math.max(1, Math.min(fitting, s.outHeight, Math.ceil(s.outHeight / jobsPerImage)))
  // equal blocks: the last is no rest
  return Math.ceil(s.outHeight / Math.ceil(s.outHeight / rows))
}

/** The tile, the taps, two tables of pixels, the patch with the further line and column of phases. */
function conv2dScratch(s: Sizes, rowsPerJob: number): number {
  const patchHeight = rowsPerJob * s.stride + s.kernelHeight
  const patchWidth = s.outWidth * s.stride + s.kernelWidth
  const pixels = rowsPerJob * s.outWidth
  return 4 * (48 + s.kernelHeight + 3 + 2 * (pixels + 6) + 4 + patchHeight * patchWidth * s.channels)
}
