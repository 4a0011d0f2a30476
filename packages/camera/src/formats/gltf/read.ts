import type { Mat3, Mat4, Vec3 } from '@flashworld/math'
import {
  IDENTITY_POSE,
  composePose,
  decomposePose,
  multiplyPose,
  quatToMat3,
  rotationOf,
  translationOf,
} from '@flashworld/math'
import { CameraError } from '../../camera-error.ts'
import type { Camera } from '../../camera.ts'
import { checkCamera, checkCameraCount } from '../../camera.ts'
import type { JsonFields } from '../../json-fields.ts'
import { readArray, readNumber, readNumbers, readObject } from '../../json-fields.ts'
import type { Lens } from '../../lens.ts'
import { checkImageSize } from '../../picture.ts'
import { checkRotation } from '../opencv-pose.ts'
import type { ReadTrajectoryOptions, Trajectory } from '../trajectory.ts'
import { DEFAULT_LENS, focalOfFov, sizeOfAspect } from '../trajectory.ts'
import type { Channel } from './channel.ts'
import { readChannel, rotationAt, scalarAt, vectorAt } from './channel.ts'
import type { Gltf } from './container.ts'
import { list, openGltf } from './container.ts'

/** Deeper than any scene; a circle of parents ends here. */
const MAX_DEPTH = 256

const TYPES = { translation: 'VEC3', scale: 'VEC3', rotation: 'VEC4' } as const

/** A node with what moves it. */
interface Part {
  readonly node: JsonFields
  readonly channels: Readonly<Partial<Record<keyof typeof TYPES, Channel>>>
}

/**
 * The path of a camera of a glTF 2.0 file, one camera a key time of all channels that move it: its
 * own, its parents', its field of view's. The first camera that moves is taken; where none does, all
 * of them stand as stills, without times.
 * @param bytes a `.gltf` or `.glb`
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`; what `readBeside` throws
 * @example
 * ```ts
 * import { readGltf, templatePath, writeGltfBinary } from '@flashworld/camera'
 *
 * const path = templatePath('orbit-left', { count: 4, size: { width: 192, height: 128 } })
 * const { cameras, times } = await readGltf(writeGltfBinary(path))
 * console.log(cameras.length, times)
 * ```
 */
export async function readGltf(
  bytes: Uint8Array,
  { lens = DEFAULT_LENS }: ReadTrajectoryOptions = {},
  readBeside: (name: string) => Promise<Uint8Array> = noFileBeside,
): Promise<Trajectory> {
  const gltf = await openGltf(bytes, readBeside)
  const nodes = list(gltf.json, 'nodes')
  const found = [...nodes.keys()].filter((index) => nodes[index]!.camera !== undefined)
  if (found.length === 0) {
    throw new CameraError('camera/format', 'glTF: expected a node with a camera, got none')
  }
  const rigs = found.map((index) => readRig(gltf, nodes, index))
  const moving = rigs.find(({ times }) => times.length > 0)
  if (!moving) {
    checkCameraCount(rigs.length, 1)
    const cameras = rigs.map((rig, i) => cameraAt(rig, 0, lens, `glTF: camera ${i}`))
    return { kind: 'glTF camera', cameras, notes: [] }
  }
  checkCameraCount(moving.times.length, 1)
  const cameras = moving.times.map((time, i) => cameraAt(moving, time, lens, `glTF: key ${i}`))
  const notes = [
    ...(rigs.length > 1 ? [`of ${rigs.length} cameras, the first that moves`] : []),
    ...(moving.curved
      ? ['between the keys the camera moves straight, not by curve or jump as in the file']
      : []),
  ]
  return { kind: 'glTF camera', cameras, times: moving.times, notes }
}

/** A camera, the nodes from the root down to it, and when any of it has a key. */
interface Rig {
  readonly camera: JsonFields
  readonly fov: Channel | undefined
  readonly chain: readonly Part[]
  readonly times: readonly number[]
  /** Some channel is not linear. */
  readonly curved: boolean
}

function readRig(gltf: Gltf, nodes: readonly JsonFields[], index: number): Rig {
  const chain: Part[] = []
  const parents = parentsOf(nodes)
  for (let at: number | undefined = index; at !== undefined; at = parents.get(at)) {
    if (chain.length === MAX_DEPTH) {
      throw new CameraError(
        'camera/format',
        `glTF: expected a tree of nodes, got a circle at ${at}`,
      )
    }
    chain.unshift({ node: nodes[at]!, channels: readChannels(gltf, at) })
  }
  const number = nodes[index]!.camera as number
  const camera = list(gltf.json, 'cameras')[number] ?? {}
  const fov = findChannel(gltf, 'SCALAR', ({ path, extensions }) => {
    const pointer = (extensions as JsonFields | undefined)?.KHR_animation_pointer as
      JsonFields | undefined
    return path === 'pointer' && pointer?.pointer === `/cameras/${number}/perspective/yfov`
  })
  const channels = [...chain.flatMap((part) => Object.values(part.channels)), ...(fov ? [fov] : [])]
  const times = [...new Set(channels.flatMap((channel) => [...channel.times]))].sort(
    (a, b) => a - b,
  )
  const curved = channels.some(({ interpolation }) => interpolation !== 'LINEAR')
  return { camera, fov, chain, times, curved }
}

function parentsOf(nodes: readonly JsonFields[]): Map<number, number> {
  const parents = new Map<number, number>()
  nodes.forEach((node, parent) => {
    for (const child of readArray(node.children ?? [], 'glTF: children')) {
      parents.set(child as number, parent)
    }
  })
  return parents
}

function readChannels(gltf: Gltf, node: number): Part['channels'] {
  const channels: Partial<Record<keyof typeof TYPES, Channel>> = {}
  for (const path of Object.keys(TYPES) as (keyof typeof TYPES)[]) {
    const channel = findChannel(
      gltf,
      TYPES[path],
      (target) => target.node === node && target.path === path,
    )
    if (channel) channels[path] = channel
  }
  return channels
}

/** The first channel of any animation whose target is meant. */
function findChannel(
  gltf: Gltf,
  type: 'SCALAR' | 'VEC3' | 'VEC4',
  isMeant: (target: JsonFields) => boolean,
): Channel | undefined {
  for (const animation of list(gltf.json, 'animations')) {
    for (const channel of list(animation, 'channels')) {
      if (!isMeant(readObject(channel.target, 'glTF: target', '{ node, path }'))) continue
      return readChannel(gltf, list(animation, 'samplers')[channel.sampler as number], type)
    }
  }
  return undefined
}

function cameraAt(rig: Rig, time: number, lens: Lens, where: string): Camera {
  const toWorld = rig.chain.reduce(
    (matrix, part) => multiplyPose(matrix, matrixAt(part, time)),
    IDENTITY_POSE,
  )
  const rotation = checkRotation(withoutScale(rotationOf(toWorld)), where)
  const pose = decomposePose(composePose(rotation, translationOf(toWorld)))
  return checkCamera({ ...pose, ...readLens(rig, time, lens) }, where)
}

function matrixAt({ node, channels }: Part, time: number): Mat4 {
  if (node.matrix !== undefined) return readMatrix(node.matrix)
  const { translation, rotation, scale } = channels
  const still = <T extends readonly number[]>(key: string, preset: T, names: string): T =>
    readNumbers<T>(node[key] ?? preset, `glTF: ${key}`, names)
  const t = translation
    ? vectorAt(translation, time)
    : still<Vec3>('translation', [0, 0, 0], 'x, y, z')
  const s = scale ? vectorAt(scale, time) : still<Vec3>('scale', [1, 1, 1], 'x, y, z')
  const [x, y, z, w] = still<readonly [number, number, number, number]>(
    'rotation',
    [0, 0, 0, 1],
    'x, y, z, w',
  )
  const r = quatToMat3(rotation ? rotationAt(rotation, time) : [w, x, y, z])
  return composePose(
    [
      r[0] * s[0],
      r[1] * s[1],
      r[2] * s[2],
      r[3] * s[0],
      r[4] * s[1],
      r[5] * s[2],
      r[6] * s[0],
      r[7] * s[1],
      r[8] * s[2],
    ],
    t,
  )
}

/** glTF's matrices stand column by column. */
function readMatrix(value: unknown): Mat4 {
  const names = Array.from({ length: 16 }, (_, i) => `m${i}`).join()
  const m = readNumbers<readonly number[]>(value, 'glTF: matrix', names)
  return Array.from(
    { length: 16 },
    (_, i) => m[(i % 4) * 4 + Math.floor(i / 4)]!,
  ) as unknown as Mat4
}

/** The columns made unit: a camera has no size. */
function withoutScale(m: Mat3): Mat3 {
  const length = [0, 1, 2].map((c) => Math.hypot(m[c]!, m[c + 3]!, m[c + 6]!))
  return m.map((value, i) => value / length[i % 3]!) as unknown as Mat3
}

/** glTF's aspect ratio is that of the field of view: tan(x / 2) / tan(y / 2). Without it, the viewport's. */
function readLens({ camera, fov }: Rig, time: number, viewport: Lens): Lens {
  const where = 'glTF: perspective'
  const fields = readObject(camera.perspective, where, '{ yfov }')
  const fy = focalOfFov(fov ? scalarAt(fov, time) : readNumber(fields.yfov, `${where}.yfov`))
  const { width, height } = viewport.size
  const aspect = readNumber(fields.aspectRatio ?? width / height, `${where}.aspectRatio`)
  const centred = { fx: fy / aspect, fy, cx: 0.5, cy: 0.5 }
  if (fields.aspectRatio === undefined) return { ...centred, size: viewport.size }
  const extras = (camera.extras ?? {}) as JsonFields
  if (extras.width === undefined) {
    if (!(aspect > 0 && aspect < 100)) {
      throw new CameraError('camera/value', `${where}.aspectRatio: expected above 0, got ${aspect}`)
    }
    return { ...centred, size: sizeOfAspect(aspect, viewport.size) }
  }
  const size = {
    width: readNumber(extras.width, 'glTF: extras.width'),
    height: readNumber(extras.height, 'glTF: extras.height'),
  }
  checkImageSize(size, 'glTF: extras')
  return { ...centred, size }
}

async function noFileBeside(name: string): Promise<never> {
  throw new CameraError('camera/format', `glTF: expected its buffers within, got '${name}'`)
}
