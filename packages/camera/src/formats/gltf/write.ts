import type { Quat } from '@flashworld/math'
import { dotQuat } from '@flashworld/math'
import type { Camera } from '../../camera.ts'
import { checkCameraCount } from '../../camera.ts'
import { toBase64 } from '../base64.ts'
import { fovOfFocal } from '../trajectory.ts'
import { writeGlb } from './container.ts'

const FLOAT = 5126

/**
 * A glTF 2.0 file (JSON, its numbers embedded) with one camera that moves along the path, one key
 * a camera; without times, one a second. A field of view that changes is animated by
 * `KHR_animation_pointer`. The picture's size stands in the camera's `extras`; a principal point off
 * the middle, and other shapes than the first camera's, are lost.
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { templatePath, writeGltf } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 24, size: { width: 704, height: 480 } })
 * await writeFile('path.gltf', writeGltf(path))
 * ```
 */
export function writeGltf(cameras: readonly Camera[], times?: readonly number[]): string {
  const { json, bin } = buildGltf(cameras, times)
  const uri = `data:application/octet-stream;base64,${toBase64(bin)}`
  return JSON.stringify({ ...json, buffers: [{ byteLength: bin.length, uri }] })
}

/**
 * The same as a `.glb`.
 * @throws CameraError `camera/count`
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { templatePath, writeGltfBinary } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 24, size: { width: 704, height: 480 } })
 * await writeFile('path.glb', writeGltfBinary(path))
 * ```
 */
export function writeGltfBinary(
  cameras: readonly Camera[],
  times?: readonly number[],
): Uint8Array<ArrayBuffer> {
  const { json, bin } = buildGltf(cameras, times)
  return writeGlb({ ...json, buffers: [{ byteLength: bin.length }] }, bin)
}

function buildGltf(cameras: readonly Camera[], times?: readonly number[]) {
  checkCameraCount(cameras.length, 1)
  const [first] = cameras as [Camera]
  const rotations = continuousRotations(cameras)
  const zooms = cameras.some(({ fy }) => fy !== first.fy)
  const keys = cameras.map((_, i) => times?.[i] ?? i)
  const accessors = [
    { type: 'SCALAR', values: keys },
    { type: 'VEC3', values: cameras.flatMap((c) => c.position) },
    { type: 'VEC4', values: rotations.flatMap(([w, x, y, z]) => [x, y, z, w]) },
    ...(zooms ? [{ type: 'SCALAR', values: cameras.map(({ fy }) => fovOfFocal(fy)) }] : []),
  ]
  const targets = [
    { node: 0, path: 'translation' },
    { node: 0, path: 'rotation' },
    ...(zooms ? [{ path: 'pointer', extensions: { [POINTER]: { pointer: YFOV } } }] : []),
  ]
  const floats = new Float32Array(accessors.flatMap(({ values }) => values))
  const json = {
    asset: { version: '2.0', generator: 'flashworld' },
    ...(zooms && { extensionsUsed: [POINTER] }),
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'camera', camera: 0, ...firstPose(first, rotations[0]!) }],
    cameras: [{ type: 'perspective', perspective: perspective(first), extras: first.size }],
    animations: [
      {
        name: 'camera path',
        channels: targets.map((target, sampler) => ({ sampler, target })),
        samplers: targets.map((_, i) => ({ input: 0, output: i + 1, interpolation: 'LINEAR' })),
      },
    ],
    accessors: accessors.map(({ type }, bufferView) => ({
      bufferView,
      componentType: FLOAT,
      count: cameras.length,
      type,
      // The format asks for the range of times.
      ...(bufferView === 0 && { min: [floats[0]], max: [floats[cameras.length - 1]] }),
    })),
    bufferViews: bufferViews(accessors.map(({ values }) => values.length)),
  }
  return { json, bin: new Uint8Array(floats.buffer) }
}

const POINTER = 'KHR_animation_pointer'
const YFOV = '/cameras/0/perspective/yfov'

function bufferViews(lengths: readonly number[]) {
  let byteOffset = 0
  return lengths.map((length) => {
    const view = { buffer: 0, byteOffset, byteLength: length * 4 }
    byteOffset += view.byteLength
    return view
  })
}

function perspective({ fx, fy }: Camera) {
  return { yfov: fovOfFocal(fy), aspectRatio: fy / fx, znear: 0.01, zfar: 1000 }
}

function firstPose(camera: Camera, [w, x, y, z]: Quat) {
  return { translation: camera.position, rotation: [x, y, z, w] }
}

/** Neighbours with one sign, for programs that interpolate the four numbers apart. */
function continuousRotations(cameras: readonly Camera[]): Quat[] {
  let last = cameras[0]!.rotation
  return cameras.map(({ rotation }) => {
    const [w, x, y, z] = rotation
    last = dotQuat(last, rotation) < 0 ? [-w, -x, -y, -z] : rotation
    return last
  })
}
