import type { Picture } from './events.ts'

/** How much red, green and blue weigh in brightness: BT.709, what players take films of any size for. */
const [red, green, blue] = [0.2126, 0.7152, 0.0722]

/** The colours of `pictureToI420`, as WebCodecs names them. */
export const i420ColorSpace = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  fullRange: false,
} as const

/**
 * A picture as video codecs take it: brightness (16 to 235) of each pixel, then blueness and redness (16 to 240) of
 * each block of two by two. Sides must be even.
 */
export function pictureToI420({ width, height, rgba }: Picture): Uint8Array<ArrayBuffer> {
  const pixels = width * height
  const out = new Uint8Array((pixels * 3) / 2)
  for (let i = 0; i < pixels; i++) {
    // the half rounds to the nearest
    out[i] =
      16.5 + (219 / 255) * (red * rgba[i * 4]! + green * rgba[i * 4 + 1]! + blue * rgba[i * 4 + 2]!)
  }
  // of the sums of four pixels
  const [blueScale, redScale] = [224 / 255 / 8 / (1 - blue), 224 / 255 / 8 / (1 - red)]
  let at = pixels
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2, at++) {
      const top = (row * width + column) * 4
      const bottom = top + width * 4
      const r = rgba[top]! + rgba[top + 4]! + rgba[bottom]! + rgba[bottom + 4]!
      const g = rgba[top + 1]! + rgba[top + 5]! + rgba[bottom + 1]! + rgba[bottom + 5]!
      const b = rgba[top + 2]! + rgba[top + 6]! + rgba[bottom + 2]! + rgba[bottom + 6]!
      const brightness = red * r + green * g + blue * b
      out[at] = 128.5 + blueScale * (b - brightness)
      out[at + pixels / 4] = 128.5 + redScale * (r - brightness)
    }
  }
  return out
}
