import type { Aim, Key, Loop } from '../path/path.ts'
import type { Crop, Photograph, Project } from './project.ts'

/** What is wrong with a file that should be a project. */
export class ProjectFileError extends Error {
  override readonly name = 'ProjectFileError'
  readonly code = 'project/file'
}

/** Of the files' form; a reader refuses those of a later one. */
const VERSION = 1
export const PROJECT_ENDING = '.flashworld.json'

/** A project as one file, its photograph in it. */
export async function writeProject(project: Project): Promise<Blob> {
  const { photograph } = project
  const body = {
    flashworld: 'project',
    version: VERSION,
    ...project,
    photograph: photograph && { ...photograph, file: await dataUrl(photograph.file) },
  }
  return new Blob([JSON.stringify(body, null, 1)], { type: 'application/json' })
}

/** A name for it, made from the project's own. */
export const projectFileName = ({ name, sentence }: Project): string => {
  const words = (name || sentence).trim().replace(/[^\p{L}\p{N}]+/gu, '-')
  return `${words.slice(0, 48).replace(/^-|-$/g, '') || 'project'}${PROJECT_ENDING}`
}

/** Whether JSON says that it is a project. */
export const isProject = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'flashworld' in json && json.flashworld === 'project'

/**
 * The project that JSON holds.
 * @throws ProjectFileError `project/file` that names the first field that is wrong
 */
export function readProject(json: unknown): Project {
  const file = record(json, 'file')
  if (!isProject(json)) throw wrong('flashworld', '"project"', file.flashworld)
  const version = number(file.version, 'version', 1)
  if (version > VERSION) throw wrong('version', `${VERSION} at most`, version)
  const path = record(file.path, 'path')
  const scene = record(file.scene, 'scene')
  const frames = whole(scene.frames, 'scene.frames', 2, 4096)
  return {
    name: text(file.name, 'name'),
    sentence: text(file.sentence, 'sentence'),
    photograph: file.photograph === null ? null : photograph(file.photograph, frames),
    path: {
      keys: list(path.keys, 'path.keys').map(key),
      aim: aim(path.aim, 'path.aim'),
      smooth: path.smooth === true,
      loop: oneOf<Loop>(path.loop, 'path.loop', ['off', 'loop', 'ping-pong']),
    },
    scene: {
      frames,
      width: whole(scene.width, 'scene.width', 16, 8192),
      height: whole(scene.height, 'scene.height', 16, 8192),
      seed: scene.seed === null ? null : whole(scene.seed, 'scene.seed', 0, 2 ** 32 - 1),
      worlds: whole(scene.worlds, 'scene.worlds', 1, 8),
    },
  }
}

function photograph(value: unknown, frames: number): Photograph {
  const { name, file, size, crop, frame } = record(value, 'photograph')
  const url = text(file, 'photograph.file')
  const [, type, base64] = /^data:(image\/(?:jpeg|png|webp));base64,([\w+/=]*)$/.exec(url) ?? []
  if (type === undefined || base64 === undefined)
    throw wrong('photograph.file', 'a data URL of a JPEG, PNG or WebP', url.slice(0, 32))
  const sides = record(size, 'photograph.size')
  const part = record(crop, 'photograph.crop')
  return {
    name: text(name, 'photograph.name'),
    file: new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], { type }),
    size: {
      width: whole(sides.width, 'photograph.size.width', 1, 100_000),
      height: whole(sides.height, 'photograph.size.height', 1, 100_000),
    },
    crop: Object.fromEntries(
      (['left', 'top', 'width', 'height'] as const).map((side) => [
        side,
        number(part[side], `photograph.crop.${side}`, 0, 1),
      ]),
    ) as unknown as Crop,
    frame: whole(frame, 'photograph.frame', 0, frames - 1),
  }
}

function key(value: unknown, i: number): Key {
  const where = `path.keys[${i}]`
  const fields = record(value, where)
  return {
    id: text(fields.id, `${where}.id`),
    position: numbers(fields.position, `${where}.position`, 3),
    rotation: numbers(fields.rotation, `${where}.rotation`, 4),
    fovDegrees: number(fields.fovDegrees, `${where}.fovDegrees`, 1, 170),
    ...(fields.aim !== undefined && { aim: aim(fields.aim, `${where}.aim`) }),
  } as Key
}

function aim(value: unknown, where: string): Aim {
  const fields = record(value, where)
  const kind = oneOf<Aim['kind']>(fields.kind, `${where}.kind`, ['drawn', 'forward', 'at', 'away'])
  if (kind === 'drawn' || kind === 'forward') return { kind }
  return { kind, point: numbers(fields.point, `${where}.point`, 3) }
}

const wrong = (where: string, expected: string, got: unknown) =>
  new ProjectFileError(`${where}: expected ${expected}, got ${JSON.stringify(got) ?? 'nothing'}`)

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object', value)
  return value as Record<string, unknown>
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value)
  return value
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'text', value)
  return value
}

function number(value: unknown, where: string, min = -Infinity, max = Infinity): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max)
    throw wrong(where, `a number from ${min} to ${max}`, value)
  return value
}

function whole(value: unknown, where: string, min: number, max: number): number {
  if (!Number.isInteger(value)) throw wrong(where, 'a whole number', value)
  return number(value, where, min, max)
}

function numbers<Tuple extends readonly number[]>(
  value: unknown,
  where: string,
  count: Tuple['length'],
): Tuple {
  const values = list(value, where).map((one, i) => number(one, `${where}[${i}]`))
  if (values.length !== count) throw wrong(where, `${count} numbers`, value)
  return values as unknown as Tuple
}

function oneOf<Value extends string>(
  value: unknown,
  where: string,
  values: readonly Value[],
): Value {
  const found = values.find((one) => one === value)
  if (found === undefined) throw wrong(where, values.join(', '), value)
  return found
}

const dataUrl = async (blob: Blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return `data:${blob.type};base64,${btoa(binary)}`
}
