import type { Quat } from '@flashworld/math'
import { dotQuat } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCameraCount } from '../camera.ts'
import { VIDEO_FPS } from '../path.ts'
import { toBase64 } from './base64.ts'

const FLOAT = 5126

/**
 * A glTF 2.0 file (JSON, its numbers embedded) with one camera that moves along the path, one key
 * a camera. Its field of view is the first camera's; a principal point off the middle is lost.
 * @param fps keys a second, default 15
 * @throws CameraError `camera/count`, `camera/value`
 */
export function writeGltf(cameras: readonly Camera[], fps = VIDEO_FPS): string {
  checkCameraCount(cameras.length)
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new CameraError('camera/value', `writeGltf: expected fps above 0, got ${fps}`)
  }
  const rotations = continuousRotations(cameras)
  const tracks = [
    { type: 'SCALAR', values: cameras.map((_, i) => i / fps) },
    { type: 'VEC3', values: cameras.flatMap((c) => c.position) },
    { type: 'VEC4', values: rotations.flatMap(([w, x, y, z]) => [x, y, z, w]) },
  ]
  const floats = new Float32Array(tracks.flatMap((track) => track.values))
  const views = bufferViews(tracks.map((track) => track.values.length))
  const times = floats.subarray(0, cameras.length)
  return JSON.stringify({
    asset: { version: '2.0', generator: 'flashworld' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'camera', camera: 0, ...firstPose(cameras[0]!, rotations[0]!) }],
    cameras: [
      { type: 'perspective', perspective: perspective(cameras[0]!), extras: cameras[0]!.size },
    ],
    animations: [
      {
        name: 'camera path',
        channels: ['translation', 'rotation'].map((path, sampler) => ({
          sampler,
          target: { node: 0, path },
        })),
        samplers: [1, 2].map((output) => ({ input: 0, output, interpolation: 'LINEAR' })),
      },
    ],
    accessors: tracks.map(({ type }, bufferView) => ({
      bufferView,
      componentType: FLOAT,
      count: cameras.length,
      type,
      // The format asks for the range of times.
      ...(bufferView === 0 && { min: [times[0]], max: [times.at(-1)] }),
    })),
    bufferViews: views,
    buffers: [
      {
        byteLength: floats.byteLength,
        uri: `data:application/octet-stream;base64,${toBase64(new Uint8Array(floats.buffer))}`,
      },
    ],
  })
}

function bufferViews(lengths: readonly number[]) {
  let byteOffset = 0
  return lengths.map((length) => {
    const view = { buffer: 0, byteOffset, byteLength: length * 4 }
    byteOffset += view.byteLength
    return view
  })
}

function perspective(camera: Camera) {
  return {
    yfov: 2 * Math.atan(0.5 / camera.fy),
    aspectRatio: camera.fy / camera.fx,
    znear: 0.01,
    zfar: 1000,
  }
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
