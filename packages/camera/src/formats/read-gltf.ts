import type { Quat, Vec3 } from '@flashworld/math'
import { normalizeQuat, slerpQuat } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import type { JsonFields } from '../json-fields.ts'
import { parseJson, readArray, readNumber, readNumbers, readObject } from '../json-fields.ts'
import type { Lens } from '../lens.ts'
import { fromBase64 } from './base64.ts'
import type { Trajectory } from './trajectory.ts'

const FLOAT = 5126
const DATA_URI = /^data:[^,]*;base64,/

interface Track {
  readonly times: Float32Array
  readonly values: Float32Array
}

/**
 * The path of the first camera node of a glTF 2.0 file (.gltf with embedded buffers), one camera a
 * key of its movement, or of its turning where it only turns; what the times are is dropped.
 * Linear animations of a camera that stands directly in the scene are read.
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 */
export function readGltf(text: string): Trajectory {
  const gltf = readObject(parseJson(text, 'glTF'), 'glTF', '{ asset, nodes, cameras, animations }')
  const nodes = list(gltf, 'nodes')
  const index = nodes.findIndex((node) => node.camera !== undefined)
  const node = nodes[index]
  if (!node) throw new CameraError('camera/format', 'glTF: expected a node with a camera, got none')
  if (nodes.some((n) => n.children && readArray(n.children, 'glTF: children').includes(index))) {
    throw new CameraError('camera/format', 'glTF: expected a camera without a parent node')
  }
  const movement = findTrack(gltf, index, 'translation')
  const turning = findTrack(gltf, index, 'rotation')
  const { times } = movement ?? turning ?? noAnimation()
  checkCameraCount(times.length)
  const intrinsics = readPerspective(list(gltf, 'cameras')[node.camera as number])
  const cameras = [...times].map((time, i): Camera => {
    const position = movement ? positionAt(movement, time) : restPosition(node)
    const rotation = turning ? rotationAt(turning, time) : restRotation(node)
    const camera = checkCamera({ rotation, position, ...intrinsics }, `glTF: key ${i}`)
    return { ...camera, rotation: normalizeQuat(rotation) }
  })
  return { kind: 'glTF camera', cameras, notes: [] }
}

function noAnimation(): never {
  throw new CameraError('camera/format', 'glTF: expected an animation of the camera, got none')
}

function list(gltf: JsonFields, key: string): JsonFields[] {
  return readArray(gltf[key] ?? [], `glTF: ${key}`).map((item, i) =>
    readObject(item, `glTF: ${key}[${i}]`, ''),
  )
}

function restPosition(node: JsonFields): Vec3 {
  return readNumbers(node.translation ?? [0, 0, 0], 'glTF: translation', 'x, y, z')
}

function restRotation(node: JsonFields): Quat {
  const [x, y, z, w] = readNumbers<Quat>(
    node.rotation ?? [0, 0, 0, 1],
    'glTF: rotation',
    'x, y, z, w',
  )
  return [w, x, y, z]
}

/** glTF's aspect ratio is that of the field of view: tan(x / 2) / tan(y / 2). */
function readPerspective(camera: JsonFields | undefined): Lens {
  const where = 'glTF: perspective'
  const lens = readObject(camera?.perspective, where, '{ yfov, aspectRatio }')
  const fy = 0.5 / Math.tan(readNumber(lens.yfov, `${where}.yfov`) / 2)
  const aspect = readNumber(lens.aspectRatio, `${where}.aspectRatio`)
  const { width = Math.round(480 * aspect), height = 480 } = (camera?.extras ?? {}) as JsonFields
  const size = { width: readNumber(width, where), height: readNumber(height, where) }
  return { fx: fy / aspect, fy, cx: 0.5, cy: 0.5, size }
}

function findTrack(gltf: JsonFields, node: number, path: string): Track | undefined {
  for (const animation of list(gltf, 'animations')) {
    for (const channel of list(animation, 'channels')) {
      const target = readObject(channel.target, 'glTF: target', '{ node, path }')
      if (target.node !== node || target.path !== path) continue
      const sampler = list(animation, 'samplers')[channel.sampler as number]
      return readTrack(gltf, sampler, path === 'rotation' ? 'VEC4' : 'VEC3')
    }
  }
  return undefined
}

function readTrack(gltf: JsonFields, sampler: JsonFields | undefined, type: string): Track {
  const interpolation = sampler?.interpolation ?? 'LINEAR'
  if (interpolation !== 'LINEAR') {
    throw new CameraError(
      'camera/format',
      `glTF: expected LINEAR animation (bake the keys), got ${String(interpolation)}`,
    )
  }
  const times = readAccessor(gltf, sampler?.input, 'SCALAR')
  const values = readAccessor(gltf, sampler?.output, type)
  const width = type === 'VEC4' ? 4 : 3
  const rises = times.every((t, i) => i === 0 || t > times[i - 1]!)
  if (!rises || values.length !== times.length * width) {
    throw new CameraError('camera/format', 'glTF: expected rising times, and one value for each')
  }
  return { times, values }
}

function readAccessor(gltf: JsonFields, index: unknown, type: string): Float32Array {
  const where = `glTF: accessors[${String(index)}]`
  const accessor = readObject(list(gltf, 'accessors')[index as number], where, '{ bufferView }')
  const count = readNumber(accessor.count, `${where}.count`)
  checkCameraCount(count, 1)
  if (accessor.componentType !== FLOAT || accessor.type !== type || accessor.sparse) {
    throw new CameraError('camera/format', `${where}: expected dense 32-bit floats of type ${type}`)
  }
  const view = list(gltf, 'bufferViews')[accessor.bufferView as number]
  const { bytes, start } = readView(gltf, view, where)
  const width = { SCALAR: 1, VEC3: 3, VEC4: 4 }[type] ?? 0
  const from = start + readNumber(accessor.byteOffset ?? 0, where)
  if (view?.byteStride !== undefined && view.byteStride !== width * 4) {
    throw new CameraError('camera/format', `${where}: expected values without gaps between them`)
  }
  const end = from + count * width * 4
  if (!(Number.isInteger(from) && from >= 0 && end <= bytes.length)) {
    throw new CameraError(
      'camera/format',
      `${where}: expected bytes ${from} to ${end}, got ${bytes.length} bytes`,
    )
  }
  const data = new DataView(bytes.buffer)
  return Float32Array.from({ length: count * width }, (_, i) => data.getFloat32(from + i * 4, true))
}

function readView(gltf: JsonFields, view: JsonFields | undefined, where: string) {
  const buffer = list(gltf, 'buffers')[view?.buffer as number]
  const uri = buffer?.uri
  if (typeof uri !== 'string' || !DATA_URI.test(uri)) {
    throw new CameraError('camera/format', `${where}: expected a buffer embedded as base64`)
  }
  const start = readNumber(view?.byteOffset ?? 0, `${where}: byteOffset`)
  return { bytes: fromBase64(uri.replace(DATA_URI, ''), where), start }
}

/** The keys on both sides of a time, and how far it is from the first to the second. */
function between(times: Float32Array, time: number) {
  const after = times.findIndex((t) => t >= time)
  if (after <= 0) {
    const only = after === 0 ? 0 : times.length - 1
    return { a: only, b: only, t: 0 }
  }
  const a = after - 1
  return { a, b: after, t: (time - times[a]!) / (times[after]! - times[a]!) }
}

function positionAt({ times, values }: Track, time: number): Vec3 {
  const { a, b, t } = between(times, time)
  const at = (k: number) => (1 - t) * values[a * 3 + k]! + t * values[b * 3 + k]!
  return [at(0), at(1), at(2)]
}

function rotationAt({ times, values }: Track, time: number): Quat {
  const { a, b, t } = between(times, time)
  const key = (i: number): Quat => {
    const [x = NaN, y = NaN, z = NaN, w = NaN] = values.subarray(i * 4, i * 4 + 4)
    return [w, x, y, z]
  }
  return t === 0 ? key(a) : t === 1 ? key(b) : slerpQuat(key(a), key(b), t)
}
