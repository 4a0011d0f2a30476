import { Conv2dArguments } from './arguments'
import { copyPatch } from './patch'
import { LINE_BYTES, padRows, tiles } from './tile'

/**
 * A convolution of x[B, H, W, C]. A job is a block of output rows of one image: the input rows that it
 * needs are copied with their padding (each pixel twice when `zoom` is 2), so that each tap is the same
 * distance from every pixel, and the taps of one kernel row are one run of floats.
 */
export function conv2d(args: Conv2dArguments, job: i32, scratch: usize): void {
  const channels = args.source.channels
  const outHeight = args.outHeight
  const outWidth = args.outWidth
  const kernelHeight = args.kernelHeight
  const kernelWidth = args.kernelWidth
  const stride = args.stride
  const rowsPerJob = args.rowsPerJob
  const panels = args.panels

  const jobsPerImage = (outHeight + rowsPerJob - 1) / rowsPerJob
  const image = job / jobsPerImage
  const firstRow = (job % jobsPerImage) * rowsPerJob
  const height = min(rowsPerJob, outHeight - firstRow)
  const patchHeight = (height - 1) * stride + kernelHeight
  const patchWidth = (outWidth - 1) * stride + kernelWidth
  const pixelBytes = <usize>channels << 2
  const lineBytes = <usize>patchWidth * pixelBytes

  const sums = args.sumsIn(scratch)
  const taps = args.tapsIn(scratch)
  const rows = args.rowsIn(scratch)
  const outs = args.outsIn(scratch)
  const patch = args.patchIn(scratch)
  copyPatch(args.source, args.zoom, image, firstRow * stride, patch, patchHeight, patchWidth)
  for (let ky = 0; ky < kernelHeight; ky++) store<u32>(taps + (ky << 2), <u32>(<usize>ky * lineBytes))

  let entry: usize = 0
  for (let y = 0; y < height; y++) {
    const line = patch + <usize>(y * stride) * lineBytes
    const outLine = (image * outHeight + firstRow + y) * outWidth
    for (let x = 0; x < outWidth; x++, entry += 4) {
      store<u32>(rows + entry, <u32>(line + <usize>(x * stride) * pixelBytes))
      store<u32>(outs + entry, outLine + x)
    }
  }
  const count = height * outWidth
  padRows(rows, count)
  const length = kernelWidth * channels
  const panelBytes = <usize>(kernelHeight * length) * LINE_BYTES
  const packed = args.packed
  // prettier-ignore
  tiles(rows, outs, count, taps, kernelHeight, length, packed, panelBytes, 0, panels, args.epilogue, sums, 0, true, true)
}
