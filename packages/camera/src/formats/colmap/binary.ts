import type { Quat, Vec3 } from '@flashworld/math'
import { CameraError } from '../../camera-error.ts'
import type { WorldAxes } from '../opencv-pose.ts'
import { DEFAULT_WORLD } from '../opencv-pose.ts'
import type { Trajectory } from '../trajectory.ts'
import type { ColmapCamera, ColmapImage } from './model.ts'
import { COLMAP_MODELS, colmapTrajectory } from './model.ts'

/** The two binary files of a COLMAP model that say where its cameras are. */
export interface ColmapBinary {
  /** `cameras.bin`: the intrinsics. */
  readonly cameras: Uint8Array
  /** `images.bin`: the world-to-camera poses, and points that are passed over. */
  readonly images: Uint8Array
}

/** Bytes of one of an image's points: x, y, the number of its 3D point. */
const POINT_BYTES = 24

/**
 * The cameras of a COLMAP model in binary form, in the order of their images' names.
 * @param world the file's world; default `rdf`, y down
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 * @example
 * ```ts shown
 * import { readFile } from 'node:fs/promises'
 * import { readColmapBinary } from '@flashworld/camera'
 *
 * const { cameras } = readColmapBinary({
 *   cameras: await readFile('sparse/0/cameras.bin'),
 *   images: await readFile('sparse/0/images.bin'),
 * })
 * ```
 */
export function readColmapBinary(
  model: ColmapBinary,
  world: WorldAxes = DEFAULT_WORLD,
): Trajectory {
  return colmapTrajectory(readImages(model.images, readCameras(model.cameras)), world)
}

function readCameras(bytes: Uint8Array): Map<number, ColmapCamera> {
  const file = new Bytes(bytes, 'cameras.bin')
  const cameras = new Map<number, ColmapCamera>()
  for (let left = file.count(); left > 0; left--) {
    const id = file.u32()
    const number = file.u32()
    const model = COLMAP_MODELS[number]
    if (!model) {
      throw new CameraError(
        'camera/format',
        `cameras.bin: camera ${id}: expected a model from 0 to ${COLMAP_MODELS.length - 1}, got ${number}`,
      )
    }
    const size = { width: file.count(), height: file.count() }
    const params = Array.from({ length: model.params }, () => file.f64())
    cameras.set(id, { model: model.name, size, params })
  }
  return cameras
}

function readImages(bytes: Uint8Array, cameras: ReadonlyMap<number, ColmapCamera>): ColmapImage[] {
  const file = new Bytes(bytes, 'images.bin')
  const images: ColmapImage[] = []
  for (let left = file.count(); left > 0; left--) {
    const where = `images.bin: image ${file.u32()}`
    const rotation: Quat = [file.f64(), file.f64(), file.f64(), file.f64()]
    const position: Vec3 = [file.f64(), file.f64(), file.f64()]
    const id = file.u32()
    const camera = cameras.get(id)
    if (!camera) {
      throw new CameraError(
        'camera/format',
        `${where}: expected a camera of cameras.bin, got ${id}`,
      )
    }
    images.push({ name: file.text(), pose: { rotation, position }, camera, where })
    file.skip(file.count() * POINT_BYTES)
  }
  return images
}

/** Reads little-endian numbers one after the other; past the end is an error. */
class Bytes {
  readonly #view: DataView
  readonly #name: string
  #at = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  skip(length: number): number {
    const from = this.#at
    if (!(from + length <= this.#view.byteLength)) {
      throw new CameraError(
        'camera/format',
        `${this.#name}: expected ${length} bytes at ${from}, got ${this.#view.byteLength - from}`,
      )
    }
    this.#at += length
    return from
  }

  u32 = (): number => this.#view.getUint32(this.skip(4), true)
  f64 = (): number => this.#view.getFloat64(this.skip(8), true)
  /** A 64-bit whole number; what no file can hold is an error when it is used. */
  count = (): number => Number(this.#view.getBigUint64(this.skip(8), true))

  /** Up to the next zero byte. */
  text(): string {
    const bytes: number[] = []
    for (let byte = this.#byte(); byte !== 0; byte = this.#byte()) bytes.push(byte)
    return new TextDecoder().decode(Uint8Array.from(bytes))
  }

  #byte = (): number => this.#view.getUint8(this.skip(1))
}
