import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { epilogueArgs, packedWeights, panelCount, tileBytes } from '../../wasm/product.ts'
import { linearWasm } from '../linear/wasm.ts'
import { chooseRows } from './choose-rows.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes } from './arguments.ts'
import { suitsWinograd, winogradWasm } from './winograd.ts'

type Sizes = ReturnType<typeof conv2dSizes>

export function conv2dWasm(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const sizes = conv2dSizes(args)
  const matrix = { ...args.w, shape: [sizes.outChannels, sizes.channels] }
  if (isLinear(sizes)) linearWasm({ ...args, w: matrix }, out, wasm)
  else if (suitsWinograd(sizes)) winogradWasm(args, out, wasm)
  else convolve(args, out, wasm)
}

const isLinear = ({ kernelHeight, kernelWidth, stride, zoom, pad }: Sizes) =>
  kernelHeight * kernelWidth * stride * zoom === 1 &&
  pad.top + pad.left + pad.bottom + pad.right === 0

function convolve(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const s = conv2dSizes(args)
  const [n, k] = [s.outChannels, s.kernelHeight * s.kernelWidth * s.channels]
  const packed = packedWeights(args.w, { n, k }, wasm)
  const rowsPerJob = chooseRows(s, wasm.threads)
  const image = [
    wasm.pointer(args.x),
    packed,
    s.height,
    s.width,
    s.channels,
    s.outHeight,
    s.outWidth,
  ]
  const window = [s.pad.top, s.pad.left, s.zoom, s.kernelHeight, s.kernelWidth, s.stride]
  const finish = epilogueArgs({ ...args, out, columns: n }, wasm)
  wasm.parallel('conv2d', [...image, ...window, rowsPerJob, panelCount(n, wasm), ...finish], {
    jobs: s.batch * Math.ceil(s.outHeight / rowsPerJob),
    scratchBytes: tileBytes(wasm) + conv2dScratch(s, rowsPerJob),
  })
}

/** After the tile: the taps, two tables of pixels, the patch. */
function conv2dScratch(s: Sizes, rowsPerJob: number): number {
  const patchHeight = rowsPerJob * s.stride + s.kernelHeight
  const patchWidth = s.outWidth * s.stride + s.kernelWidth
  const pixels = rowsPerJob * s.outWidth
  return 4 * (s.kernelHeight + 3 + 2 * (pixels + 6) + 4 + patchHeight * patchWidth * s.channels)
}
