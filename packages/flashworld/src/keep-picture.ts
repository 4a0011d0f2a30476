import type { Camera, ImageSize } from '@flashworld/camera'
import { packCameras } from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { contributions, footprints, rasterize } from '@flashworld/raster'
import type { Gaussians } from '@flashworld/splats'
import { PACKED_COLUMNS, PACKED_FLOATS, SH_C0, shCoefficients, toPacked } from '@flashworld/splats'
import { uploadCamera, white } from './render-views.ts'

/** A picture as a camera saw it. */
export interface SeenPicture extends ImageSize {
  /** `[height, width, 3]`, -1 to 1. */
  readonly pixels: Float32Array
  /** In the cloud's frame, its lens for a picture of this size. */
  readonly camera: Camera
}

/** The first takes half of what differs, the second a third of the rest; more follow the picture's noise, and other views lose. */
const rounds = 2

/** What shows less than this, pixels, stays as it is. */
const leastShown = 1e-3

/**
 * Gives the Gaussians that a picture shows its colours, in place. A small model blurs what it was made from, but knows
 * where things stand: so each round draws the scene from the picture's camera, and shifts the colour of every Gaussian by what
 * the drawing lacks at its centre, times the root of the share of it that shows. What is hidden keeps its own.
 * @throws the signal's reason when it aborts
 */
export async function keepPicture(
  engine: Engine,
  gaussians: Gaussians,
  { pixels, camera, ...size }: SeenPicture,
  signal: AbortSignal,
): Promise<void> {
  const packed = toPacked(gaussians)
  const look = (draw: (engine: Engine, cloud: Tensor, view: Tensor) => Tensor) =>
    engine.scope((engine) => {
      const cloud = engine.upload(packed, [gaussians.count, PACKED_FLOATS])
      return engine.read(draw(engine, cloud, uploadCamera(engine, camera, size)), { signal })
    })
  const shown = await look((engine, cloud, view) => contributions(engine, cloud, view, size))
  const isShown = (i: number) => shown[i]! >= leastShown
  const { x, y, area } = footprints(packed, packCameras([camera]), size, isShown)
  const [firstOfSh] = PACKED_COLUMNS.sh
  const floatsOfSh = 3 * shCoefficients(gaussians.shDegree)
  for (let round = 0; round < rounds; round++) {
    const drawn = await look((engine, cloud, view) =>
      rasterize(engine, cloud, view, { ...size, background: white }),
    )
    const lacking = pixels.map((value, i) => value - drawn[Math.floor(i / 3) * 4 + (i % 3)]!)
    for (let i = 0; i < gaussians.count; i++) {
      if (area[i] === 0) continue
      // a colour is 0 to 1, a pixel -1 to 1
      const part = Math.sqrt(Math.min(1, shown[i]! / area[i]!)) / 2 / SH_C0
      const lacks = sampleAt(lacking, size, x[i]!, y[i]!)
      for (let c = 0; c < 3; c++) {
        packed[i * PACKED_FLOATS + firstOfSh + c]! += part * lacks[c]!
        gaussians.sh[i * floatsOfSh + c] = packed[i * PACKED_FLOATS + firstOfSh + c]!
      }
    }
  }
}

/** What `[height, width, 3]` holds at a point, pixels from its corner, between the middles of four pixels. */
function sampleAt(
  values: Float32Array,
  { width, height }: ImageSize,
  x: number,
  y: number,
): [number, number, number] {
  const [left, right, across] = between(x, width)
  const [top, bottom, down] = between(y, height)
  const at = (row: number, column: number, c: number) => values[(row * width + column) * 3 + c]!
  const channel = (c: number) =>
    (at(top, left, c) * (1 - across) + at(top, right, c) * across) * (1 - down) +
    (at(bottom, left, c) * (1 - across) + at(bottom, right, c) * across) * down
  return [channel(0), channel(1), channel(2)]
}

/** The two pixels of `count` whose middles a place lies between, and how far from the first to the second. */
function between(place: number, count: number): [number, number, number] {
  const inside = Math.min(count - 1, Math.max(0, place - 0.5))
  const first = Math.floor(inside)
  return [first, Math.min(count - 1, first + 1), inside - first]
}
