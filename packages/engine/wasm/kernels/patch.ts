import { PaddedImage } from './arguments'

/**
 * A convolution's input rows from `fromRow` (of the padded, zoomed image) on, with zeros where the image
 * does not reach.
 */
export function copyPatch(
  source: PaddedImage,
  zoom: i32,
  image: i32,
  fromRow: i32,
  patch: usize,
  patchHeight: i32,
  patchWidth: i32,
): void {
  const height = source.height
  const width = source.width
  const top = source.top
  const left = source.left
  const pixelBytes = <usize>source.channels << 2
  const lineBytes = <usize>patchWidth * pixelBytes
  const inside = min(width * zoom, patchWidth - left)
  for (let y = 0; y < patchHeight; y++) {
    const to = patch + <usize>y * lineBytes
    const row = fromRow + y - top
    if (row < 0 || row >= height * zoom || inside <= 0) {
      memory.fill(to, 0, lineBytes)
      continue
    }
    const from = source.x + <usize>(image * height + row / zoom) * width * pixelBytes
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
