import { intArg, pointerArg } from './args'

/**
 * A convolution's input rows from `fromRow` (of the padded, zoomed image) on, with zeros where the image
 * does not reach. Reads the convolution's arguments x (0), H, W, C (2 to 4), top and left (7, 8).
 */
export function copyPatch(
  args: usize,
  zoom: i32,
  image: i32,
  fromRow: i32,
  patch: usize,
  patchHeight: i32,
  patchWidth: i32,
): void {
  const height = intArg(args, 2)
  const width = intArg(args, 3)
  const top = intArg(args, 7)
  const left = intArg(args, 8)
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
