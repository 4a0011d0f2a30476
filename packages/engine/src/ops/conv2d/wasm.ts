import type { Tensor } from '../../tensor.ts'
import type { WasmHost } from '../../wasm/host.ts'
import { finish, packedWeights, panelCount } from '../../wasm/product.ts'
import { linearWasm } from '../linear/wasm.ts'
import { chooseRows } from './choose-rows.ts'
import type { Conv2dArgs } from './arguments.ts'
import { conv2dSizes, isLinear } from './arguments.ts'
import { sourceOf } from './source-of.ts'
import { conv2dKernel } from './wasm-kernels.ts'
import { suitsWinograd, winogradWasm } from './winograd.ts'

export function conv2dWasm(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const sizes = conv2dSizes(args)
  const matrix = { ...args.w, shape: [sizes.outChannels, sizes.channels] }
  if (isLinear(args)) linearWasm({ ...args, w: matrix }, out, wasm)
  else if (suitsWinograd(sizes)) winogradWasm(args, out, wasm)
  else convolve(args, out, wasm)
}

function convolve(args: Conv2dArgs, out: Tensor, wasm: WasmHost): void {
  const s = conv2dSizes(args)
  const [n, k] = [s.outChannels, s.kernelHeight * s.kernelWidth * s.channels]
  const { outHeight, outWidth, zoom, kernelHeight, kernelWidth, stride } = s
  const window = { outHeight, outWidth, zoom, kernelHeight, kernelWidth, stride }
  const rowsPerJob = chooseRows(s, wasm.threads)
  wasm.parallel(conv2dKernel, {
    jobs: s.batch * Math.ceil(s.outHeight / rowsPerJob),
    args: {
      source: sourceOf(args),
      packed: packedWeights(args.w, { n, k }, wasm),
      ...window,
      rowsPerJob,
      panels: panelCount(n, wasm),
      epilogue: finish(args, out),
    },
  })
}
