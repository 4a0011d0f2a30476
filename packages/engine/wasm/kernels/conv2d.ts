import { intArg, pointerArg } from './args'
import { epilogueArg, padRows, TILE_BYTES, TILE_ROWS, tiles } from './tile'

/**
 * A convolution of x[B, H, W, C]. A job is a block of output rows of one image: the input rows that it
 * needs are copied with their padding, so that each tap is the same distance from every pixel, and the
 * taps of one kernel row are one run of floats.
 *
 * `phases` is 1, or 4 for a 3 x 3 convolution of a doubled image, which is four 2 x 2 convolutions of the
 * image itself: one for each of the offsets (row, column) that an output pixel can have in its block.
 *
 * Args: x, packed, H, W, C, Ho, Wo (of one phase), kh, kw, stride, top, left, zoom, phases, rows a job,
 * panels; then the epilogue. Scratch: see `conv2dScratch` in src/ops/conv2d/wasm.ts.
 */
export function conv2d(args: usize, job: i32, scratch: usize): void {
  const channels = intArg(args, 4)
  const outHeight = intArg(args, 5)
  const outWidth = intArg(args, 6)
  const kernelHeight = intArg(args, 7)
  const kernelWidth = intArg(args, 8)
  const stride = intArg(args, 9)
  const phases = intArg(args, 13)
  const rowsPerJob = intArg(args, 14)
  const panels = intArg(args, 15)

  const jobsPerImage = (outHeight + rowsPerJob - 1) / rowsPerJob
  const image = job / jobsPerImage
  const firstRow = (job % jobsPerImage) * rowsPerJob
  const height = min(rowsPerJob, outHeight - firstRow)
  const count = height * outWidth

  const shifts = phases == 4 ? 1 : 0 // a phase's window may start one pixel further
  const patchHeight = (height - 1) * stride + kernelHeight + shifts
  const patchWidth = (outWidth - 1) * stride + kernelWidth + shifts
  const pixelBytes = <usize>channels << 2
  const lineBytes = <usize>patchWidth * pixelBytes

  const taps = scratch + TILE_BYTES
  const rows = taps + (<usize>(kernelHeight + 3) << 2)
  const outs = rows + (<usize>(rowsPerJob * outWidth + TILE_ROWS) << 2)
  const patch = (outs + (<usize>(rowsPerJob * outWidth) << 2) + 15) & ~15
  copyPatch(args, image, firstRow * stride, patch, patchHeight, patchWidth)
  for (let ky = 0; ky < kernelHeight; ky++) store<u32>(taps + (ky << 2), <u32>(<usize>ky * lineBytes))

  const length = kernelWidth * channels
  const phaseBytes = <usize>panels * kernelHeight * length * 32
  const scale = phases == 4 ? 2 : 1
  for (let phase = 0; phase < phases; phase++) {
    const phaseRow = phase >> 1
    const phaseCol = phase & 1
    let entry: usize = 0
    for (let y = 0; y < height; y++) {
      const line = patch + <usize>(y * stride + phaseRow) * lineBytes + <usize>phaseCol * pixelBytes
      const outRow = (image * outHeight + firstRow + y) * scale + phaseRow
      const outLine = outRow * outWidth * scale + phaseCol
      for (let x = 0; x < outWidth; x++, entry += 4) {
        store<u32>(rows + entry, <u32>(line + <usize>(x * stride) * pixelBytes))
        store<u32>(outs + entry, outLine + x * scale)
      }
    }
    padRows(rows, count)
    const packed = pointerArg(args, 1) + <usize>phase * phaseBytes
    tiles(rows, outs, count, taps, kernelHeight, length, packed, 0, panels, epilogueArg(args, 16), scratch)
  }
}

/** Input rows from `fromRow` (of the padded, zoomed image) on, with zeros where the image does not reach. */
function copyPatch(args: usize, image: i32, fromRow: i32, patch: usize, patchHeight: i32, patchWidth: i32): void {
  const height = intArg(args, 2)
  const width = intArg(args, 3)
  const top = intArg(args, 10)
  const left = intArg(args, 11)
  const zoom = intArg(args, 12)
  const pixelBytes = <usize>intArg(args, 4) << 2
  const lineBytes = <usize>patchWidth * pixelBytes
  const inside = min(width * zoom, patchWidth - left)
  for (let y = 0; y < patchHeight; y++) {
    const to = patch + <usize>y * lineBytes
    const row = fromRow + y - top
    if (row < 0 || row >= height * zoom || inside <= 0) {
      memory.fill(to, 0, lineBytes)
      continue
    }
    const from = pointerArg(args, 0) + <usize>(image * height + row / zoom) * width * pixelBytes
    const first = to + <usize>left * pixelBytes
    const end = first + <usize>inside * pixelBytes
    memory.fill(to, 0, first - to)
    if (zoom == 1) memory.copy(first, from, end - first)
    else doubleLine(from, first, inside, pixelBytes)
    memory.fill(end, 0, to + lineBytes - end)
  }
}

/** Each pixel twice, until there are `count`. */
function doubleLine(from: usize, to: usize, count: i32, pixelBytes: usize): void {
  for (let x = 0; x < count; x++, to += pixelBytes) memory.copy(to, from + <usize>(x >> 1) * pixelBytes, pixelBytes)
}
