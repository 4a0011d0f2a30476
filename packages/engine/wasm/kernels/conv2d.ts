import { intArg, pointerArg } from './args'
import { copyPatch } from './patch'
import { epilogueArg, LINE_BYTES, padRows, TILE_BYTES, TILE_ROWS, tiles } from './tile'

/**
 * A convolution of x[B, H, W, C]. A job is a block of output rows of one image: the input rows that it
 * needs are copied with their padding (each pixel twice when `zoom` is 2), so that each tap is the same
 * distance from every pixel, and the taps of one kernel row are one run of floats.
 *
 * Args: x, packed, H, W, C, Ho, Wo, top, left, zoom, kh, kw, stride, rows a job, panels; then the epilogue.
 * Scratch: see `conv2dScratch` in src/ops/conv2d/wasm.ts.
 */
export function conv2d(args: usize, job: i32, scratch: usize): void {
  const channels = intArg(args, 4)
  const outHeight = intArg(args, 5)
  const outWidth = intArg(args, 6)
  const kernelHeight = intArg(args, 10)
  const kernelWidth = intArg(args, 11)
  const stride = intArg(args, 12)
  const rowsPerJob = intArg(args, 13)
  const panels = intArg(args, 14)

  const jobsPerImage = (outHeight + rowsPerJob - 1) / rowsPerJob
  const image = job / jobsPerImage
  const firstRow = (job % jobsPerImage) * rowsPerJob
  const height = min(rowsPerJob, outHeight - firstRow)
  const patchHeight = (height - 1) * stride + kernelHeight
  const patchWidth = (outWidth - 1) * stride + kernelWidth
  const pixelBytes = <usize>channels << 2
  const lineBytes = <usize>patchWidth * pixelBytes

  const taps = scratch + TILE_BYTES
  const rows = taps + (<usize>(kernelHeight + 3) << 2)
  const outs = rows + (<usize>(rowsPerJob * outWidth + TILE_ROWS) << 2)
  const patch = (outs + (<usize>(rowsPerJob * outWidth) << 2) + 15) & ~15
  copyPatch(args, intArg(args, 9), image, firstRow * stride, patch, patchHeight, patchWidth)
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
  const packed = pointerArg(args, 1)
  const epilogue = epilogueArg(args, 15)
  // prettier-ignore
  tiles(rows, outs, count, taps, kernelHeight, length, packed, panelBytes, 0, panels, epilogue, scratch, 0, true, true)
}
