/**
 * Pixels of a picture file from a render: four bytes a pixel, opaque.
 * @param render `[…, 4]` floats: red, green, blue from -1 to 1, then depth (left out)
 * @throws RangeError
 */
export function renderToRgba8(render: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  if (render.length % 4 !== 0)
    throw new RangeError(`renderToRgba8: expected [..., 4] floats, got ${render.length}`)
  const bytes = new Uint8ClampedArray(render.length) // rounds to the nearest, clamps to 0 and 255
  for (let i = 0; i < render.length; i++) bytes[i] = i % 4 === 3 ? 255 : (render[i]! + 1) * 127.5
  return bytes
}
