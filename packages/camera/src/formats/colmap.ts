import { composePose, decomposePose, invertPose, normalizeQuat, quatToMat3 } from '@flashworld/math'
import { CameraError } from '../camera-error.ts'
import type { Camera } from '../camera.ts'
import { checkCamera, checkCameraCount } from '../camera.ts'
import type { Intrinsics, Lens } from '../lens.ts'
import { lensFromPixels, lensInPixels } from '../lens.ts'
import { checkImageSize } from '../picture.ts'
import type { WorldAxes } from './opencv-pose.ts'
import { DEFAULT_WORLD, fromOpenCvPose, toOpenCvPose } from './opencv-pose.ts'
import type { Trajectory } from './trajectory.ts'

/** The two text files of a COLMAP model that say where its cameras are. */
export interface ColmapText {
  /** `cameras.txt`: the intrinsics. */
  readonly cameras: string
  /** `images.txt`: the world-to-camera poses. */
  readonly images: string
}

interface Shot {
  readonly name: string
  readonly camera: Camera
}

/**
 * The cameras of a COLMAP model in text form, in the order of their images' names. Camera models:
 * PINHOLE and SIMPLE_PINHOLE, since others bend the picture.
 * @param world the file's world; default `rdf`, y down
 * @throws CameraError `camera/format`, `camera/value`, `camera/count`
 */
export function readColmap(text: ColmapText, world: WorldAxes = DEFAULT_WORLD): Trajectory {
  const lenses = readLenses(text.cameras)
  const shots = imageLines(text.images).map((line) => readShot(line, lenses, world))
  checkCameraCount(shots.length, 1)
  shots.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  return { kind: 'COLMAP model', cameras: shots.map(({ camera }) => camera), notes: [] }
}

/** `cameras.txt` and `images.txt` of these cameras; a whole model adds an empty `points3D.txt`. */
export function writeColmap(
  cameras: readonly Camera[],
  world: WorldAxes = DEFAULT_WORLD,
): ColmapText {
  const lenses = new Map<string, number>()
  const images = cameras.map((camera, i) => {
    const { fx, fy, cx, cy } = lensInPixels(camera)
    const { width, height } = camera.size
    const lens = `PINHOLE ${width} ${height} ${fx} ${fy} ${cx} ${cy}`
    const id = lenses.get(lens) ?? lenses.size + 1
    lenses.set(lens, id)
    const { rotation, position } = decomposePose(invertPose(toOpenCvPose(camera, world)))
    const name = `${String(i).padStart(5, '0')}.png`
    // The empty second line of each image is its list of points.
    return `${[i + 1, ...rotation, ...position, id].join(' ')} ${name}\n\n`
  })
  return {
    cameras: [...lenses].map(([lens, id]) => `${id} ${lens}\n`).join(''),
    images: images.join(''),
  }
}

function readLenses(text: string): Map<string, Lens> {
  const lenses = new Map<string, Lens>()
  for (const line of lines(text)) {
    if (line === '') continue
    const [id = '', model = '', width, height, ...rest] = line.split(/\s+/)
    const where = `cameras.txt: camera ${id}`
    const size = { width: Number(width), height: Number(height) }
    checkImageSize(size, where)
    lenses.set(id, lensFromPixels(readLens(model, rest.map(Number), where), size))
  }
  return lenses
}

function readLens(model: string, values: readonly number[], where: string): Intrinsics {
  const [a, b, c, d] = values
  if (model === 'PINHOLE' && values.length === 4) return { fx: a!, fy: b!, cx: c!, cy: d! }
  if (model === 'SIMPLE_PINHOLE' && values.length === 3) return { fx: a!, fy: a!, cx: b!, cy: c! }
  throw new CameraError(
    'camera/format',
    `${where}: expected PINHOLE with 4 numbers or SIMPLE_PINHOLE with 3, ` +
      `got ${model} with ${values.length}`,
  )
}

/** The first line of each image; the one after it is a list of points, often empty. */
function imageLines(text: string): string[] {
  const found: string[] = []
  const all = lines(text)
  for (let i = 0; i < all.length; i++) {
    if (all[i] === '') continue
    found.push(all[i]!)
    i++
  }
  return found
}

function readShot(line: string, lenses: Map<string, Lens>, world: WorldAxes): Shot {
  const fields = line.split(/\s+/)
  const where = `images.txt: image ${fields[0]}`
  const [qw = NaN, qx = NaN, qy = NaN, qz = NaN, x = NaN, y = NaN, z = NaN] = fields
    .slice(1, 8)
    .map(Number)
  const lens = lenses.get(fields[8] ?? '')
  if (fields.length < 10 || !lens) {
    throw new CameraError(
      'camera/format',
      `${where}: expected IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME with a camera of ` +
        `cameras.txt, got '${line.slice(0, 100)}'`,
    )
  }
  const asRead = checkCamera({ rotation: [qw, qx, qy, qz], position: [x, y, z], ...lens }, where)
  const worldToCamera = composePose(quatToMat3(normalizeQuat(asRead.rotation)), asRead.position)
  const camera = { ...lens, ...fromOpenCvPose(invertPose(worldToCamera), world) }
  return { name: fields.slice(9).join(' '), camera }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#'))
}
