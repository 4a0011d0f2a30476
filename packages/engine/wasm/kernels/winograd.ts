import { Epilogue, TILE_ROWS, WinogradArguments, WinogradDoubledArguments } from './arguments'
import { copyPatch } from './patch'
import { activate, loadSome, storeSome } from './simd'
import { LINE_BYTES, tile, TILE_BYTES, TILE_COLS, ZEROS } from './tile'

/**
 * A 3 x 3 convolution of stride 1 by Winograd's F(2 x 2, 3 x 3): windows of 4 x 4 pixels of x[B, H, W, C],
 * transformed, are multiplied with transformed weights by 16 matrix products over the channels instead of
 * 36, and transformed back to 2 x 2 outputs. C is a multiple of 4.
 *
 * A job is a block of output rows of one image; its windows go in groups that stay in a core's cache. Packed weights
 * are [16, panels, C, TILE_COLS].
 */
export function winograd(args: WinogradArguments, job: i32, scratch: usize): void {
  convolve(args, job, scratch, 4)
}

/**
 * The same of the doubled image, padded by 1. In its windows the middle two of four pixels are one and the
 * same, so one of the four sums a direction is zero, and 9 products are left; a window is 3 x 3 pixels of x. Packed
 * weights are [9, panels, C, TILE_COLS].
 */
export function winogradDoubled(args: WinogradDoubledArguments, job: i32, scratch: usize): void {
  convolve(changetype<WinogradArguments>(args), job, scratch, 3)
}

/** @param side pixels a side of a window; its square is how many products there are */
function convolve(args: WinogradArguments, job: i32, scratch: usize, side: i32): void {
  const channels = args.source.channels
  const outHeight = args.outHeight
  const outWidth = args.outWidth
  const rowsPerJob = args.rowsPerJob
  const group = args.group

  const jobsPerImage = (outHeight + rowsPerJob - 1) / rowsPerJob
  const image = job / jobsPerImage
  const firstRow = (job % jobsPerImage) * rowsPerJob
  const windowsDown = (min(rowsPerJob, outHeight - firstRow) + 1) >> 1
  const windowsAcross = (outWidth + 1) >> 1
  const step = side - 2 // pixels from one window to the next
  const patchWidth = windowsAcross * step + 2
  const pixelBytes = <usize>channels << 2
  const lineBytes = <usize>patchWidth * pixelBytes

  const tap = args.tapIn(scratch)
  const rows = args.rowsIn(scratch)
  const windows = args.windowsIn(scratch)
  const products = args.productsIn(scratch)
  const patch = args.patchIn(scratch)
  copyPatch(args.source, 1, image, side == 4 ? firstRow : firstRow >> 1, patch, windowsDown * step + 2, patchWidth)
  for (let i = 0; i < group; i++) store<u32>(rows + (<usize>i << 2), <u32>(windows + <usize>i * pixelBytes))

  const count = windowsDown * windowsAcross
  for (let first = 0; first < count; first += group) {
    const size = min(group, count - first)
    for (let i = 0; i < size; i++) {
      const y = (first + i) / windowsAcross
      const x = (first + i) % windowsAcross
      const corner = patch + <usize>(y * step * patchWidth + x * step) * pixelBytes
      const out = windows + <usize>i * pixelBytes
      if (side == 4) transformWindow(corner, lineBytes, pixelBytes, out, <usize>group * pixelBytes)
      else transformDoubled(corner, lineBytes, pixelBytes, out, <usize>group * pixelBytes)
    }
    multiplyWindows(args, rows, tap, size, products, side * side)
    for (let i = 0; i < size; i++) {
      const y = firstRow + ((first + i) / windowsAcross) * 2
      const x = ((first + i) % windowsAcross) * 2
      const at = products + <usize>(i / TILE_ROWS) * TILE_BYTES + <usize>(i % TILE_ROWS) * LINE_BYTES
      finishWindow(args, at, image, y, x, side)
    }
  }
}

/** The matrix products; their tiles are [productCount, panels, group / 6]. */
function multiplyWindows(
  args: WinogradArguments,
  rows: usize,
  tap: usize,
  size: i32,
  products: usize,
  productCount: i32,
): void {
  const channels = args.source.channels
  const panels = args.panels
  const group = args.group
  const panelBytes = <usize>channels * LINE_BYTES
  const tilesBytes = <usize>(group / TILE_ROWS) * TILE_BYTES
  let packed = args.packed
  for (let product = 0; product < productCount; product++) {
    store<u32>(tap, <u32>(product * group * channels * 4))
    for (let panel = 0; panel < panels; panel++, packed += panelBytes, products += tilesBytes) {
      for (let row = 0; row < size; row += TILE_ROWS) {
        const out = products + <usize>(row / TILE_ROWS) * TILE_BYTES
        tile(rows + (<usize>row << 2), tap, 1, channels, packed, ZEROS, out)
      }
    }
  }
}

/** Rows (a - c), (b + c), (c - b), (b - d) of the window's rows a to d, then the same of its columns. */
function transformWindow(window: usize, lineBytes: usize, pixelBytes: usize, out: usize, apart: usize): void {
  const line1 = window + lineBytes
  const line2 = line1 + lineBytes
  const line3 = line2 + lineBytes
  for (let c: usize = 0; c < pixelBytes; c += 16) {
    transformLine(window + c, line2 + c, pixelBytes, -1, out + c, apart)
    transformLine(line1 + c, line2 + c, pixelBytes, 1, out + c + 4 * apart, apart)
    transformLine(line2 + c, line1 + c, pixelBytes, -1, out + c + 8 * apart, apart)
    transformLine(line1 + c, line3 + c, pixelBytes, -1, out + c + 12 * apart, apart)
  }
}

// @ts-ignore: decorator
@inline
function transformLine(p: usize, q: usize, pixelBytes: usize, sign: i32, out: usize, apart: usize): void {
  const a = addOrSubtract(sign, v128.load(p), v128.load(q))
  const b = addOrSubtract(sign, v128.load(p + pixelBytes), v128.load(q + pixelBytes))
  const c = addOrSubtract(sign, v128.load(p + 2 * pixelBytes), v128.load(q + 2 * pixelBytes))
  const d = addOrSubtract(sign, v128.load(p + 3 * pixelBytes), v128.load(q + 3 * pixelBytes))
  v128.store(out, f32x4.sub(a, c))
  v128.store(out + apart, f32x4.add(b, c))
  v128.store(out + 2 * apart, f32x4.sub(c, b))
  v128.store(out + 3 * apart, f32x4.sub(b, d))
}

// @ts-ignore: decorator
@inline
function addOrSubtract(sign: i32, a: v128, b: v128): v128 {
  return sign > 0 ? f32x4.add(a, b) : f32x4.sub(a, b)
}

/** Rows (a - b), b, (b - c) of the window's rows a to c, then the same of its columns; a factor 2 is in the weights. */
function transformDoubled(window: usize, lineBytes: usize, pixelBytes: usize, out: usize, apart: usize): void {
  for (let c: usize = 0; c < pixelBytes; c += 16) {
    const first = window + c
    const second = first + lineBytes
    const third = second + lineBytes
    const a0 = v128.load(first)
    const b0 = v128.load(second)
    const c0 = v128.load(third)
    const a1 = v128.load(first + pixelBytes)
    const b1 = v128.load(second + pixelBytes)
    const c1 = v128.load(third + pixelBytes)
    const a2 = v128.load(first + 2 * pixelBytes)
    const b2 = v128.load(second + 2 * pixelBytes)
    const c2 = v128.load(third + 2 * pixelBytes)
    storeDifferences(f32x4.sub(a0, b0), f32x4.sub(a1, b1), f32x4.sub(a2, b2), out + c, apart)
    storeDifferences(b0, b1, b2, out + c + 3 * apart, apart)
    storeDifferences(f32x4.sub(b0, c0), f32x4.sub(b1, c1), f32x4.sub(b2, c2), out + c + 6 * apart, apart)
  }
}

// @ts-ignore: decorator
@inline
function storeDifferences(a: v128, b: v128, c: v128, out: usize, apart: usize): void {
  v128.store(out, f32x4.sub(a, b))
  v128.store(out + apart, b)
  v128.store(out + 2 * apart, f32x4.sub(b, c))
}

/** Products of one window to its (up to) 2 x 2 outputs at (y, x). */
function finishWindow(args: WinogradArguments, products: usize, image: i32, y: i32, x: i32, side: i32): void {
  const outHeight = args.outHeight
  const outWidth = args.outWidth
  const panels = args.panels
  const epilogue = args.epilogue
  const columns = epilogue.columns
  const panelApart = <usize>(args.group / TILE_ROWS) * TILE_BYTES
  const apart = <usize>panels * panelApart
  const pixel = (image * outHeight + y) * outWidth + x
  const below = y + 1 < outHeight
  const beside = x + 1 < outWidth
  const four = side == 4
  for (let column = 0; column < columns; column += 4) {
    const p = products + <usize>(column / TILE_COLS) * panelApart + <usize>((column % TILE_COLS) << 2)
    const a0 = upper(p, apart, four)
    const a1 = upper(p + apart, apart, four)
    const a2 = upper(p + 2 * apart, apart, four)
    const a3 = four ? upper(p + 3 * apart, apart, four) : a2
    finish(epilogue, pixel, column, first(a0, a1, a2, four))
    if (beside) finish(epilogue, pixel + 1, column, second(a1, a2, a3, four))
    if (!below) continue
    const b0 = lower(p, apart, four)
    const b1 = lower(p + apart, apart, four)
    const b2 = lower(p + 2 * apart, apart, four)
    const b3 = four ? lower(p + 3 * apart, apart, four) : b2
    finish(epilogue, pixel + outWidth, column, first(b0, b1, b2, four))
    if (beside) finish(epilogue, pixel + outWidth + 1, column, second(b1, b2, b3, four))
  }
}

/** Of four sums in a row, the first output: 0 + 1 + 2. Of the three of a doubled image: 0 + 1. */
// @ts-ignore: decorator
@inline
function first(a: v128, b: v128, c: v128, four: bool): v128 {
  const sum = f32x4.add(a, b)
  return four ? f32x4.add(sum, c) : sum
}

/** The second output: 1 - 2 - 3; of a doubled image 1 - 2. */
// @ts-ignore: decorator
@inline
function second(b: v128, c: v128, d: v128, four: bool): v128 {
  const difference = f32x4.sub(b, c)
  return four ? f32x4.sub(difference, d) : difference
}

// @ts-ignore: decorator
@inline
function upper(p: usize, apart: usize, four: bool): v128 {
  return four
    ? first(v128.load(p), v128.load(p + 4 * apart), v128.load(p + 8 * apart), true)
    : f32x4.add(v128.load(p), v128.load(p + 3 * apart))
}

// @ts-ignore: decorator
@inline
function lower(p: usize, apart: usize, four: bool): v128 {
  return four
    ? second(v128.load(p + 4 * apart), v128.load(p + 8 * apart), v128.load(p + 12 * apart), true)
    : f32x4.sub(v128.load(p + 3 * apart), v128.load(p + 6 * apart))
}

function finish(epilogue: Epilogue, pixel: i32, column: i32, sum: v128): void {
  const columns = epilogue.columns
  const lanes = columns - column
  const at = (<usize>pixel * columns + column) << 2
  const bias = epilogue.bias
  const residual = epilogue.residual
  let v = sum
  if (bias) v = f32x4.add(v, loadSome(bias + (<usize>column << 2), lanes))
  v = activate(epilogue.activation, v)
  if (residual) v = f32x4.add(v, loadSome(residual + at, lanes))
  storeSome(epilogue.out + at, v, lanes)
}
