import type { Trajectory, TrajectoryFiles } from '@flashworld/camera'
import { readTrajectory } from '@flashworld/camera'
import { detectFormat } from '@flashworld/splats'
import { isProject } from '../project/project-file.ts'
import { photographType } from './project-of-request.ts'

/** What was dropped, by what it holds. */
export type Recognised =
  | { readonly kind: 'photograph'; readonly file: File }
  | { readonly kind: 'splats'; readonly file: File }
  | { readonly kind: 'path'; readonly name: string; readonly trajectory: Trajectory }
  | { readonly kind: 'request'; readonly name: string; readonly value: unknown }
  /** The record of a scene, which is a request too. */
  | { readonly kind: 'record'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'project'; readonly name: string; readonly value: unknown }

/** A file with its place in what was dropped. */
export interface DroppedFile {
  /** Such as `sparse/0/cameras.txt` of a folder. */
  readonly path: string
  readonly file: File
}

/** Enough of a file to see what it is. */
const headBytes = 64 * 1024

/** Text that is longer is no request or path. */
const mostTextBytes = 256 * 2 ** 20

/**
 * What was dropped: a file, or the files of a folder, which are one path.
 * @throws CameraError, SplatsError or SyntaxError that say what it is not
 */
export async function recognise(dropped: readonly DroppedFile[]): Promise<Recognised> {
  const [only] = dropped
  if (!only) throw new TypeError('expected a file, got nothing')
  if (dropped.length > 1) {
    const name = only.path.split('/')[0]!
    return { kind: 'path', name, trajectory: await readTrajectory(trajectoryFiles(dropped)) }
  }
  const { file } = only
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  if (photographType(head)) return { kind: 'photograph', file }
  const splats = splatsOf(head, file)
  if (splats) return splats
  if (isGlb(head) || file.size > mostTextBytes || !isText(head)) return pathOf(only)
  const value = parse(await file.text())
  return (value !== undefined && documentOf(value, file.name)) || pathOf(only)
}

/** JSON that says what it is. */
function documentOf(value: unknown, name: string): Recognised | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (isProject(value)) return { kind: 'project', name, value }
  const fields = value as Readonly<Record<string, unknown>>
  if (fields.format === 'flashworld-scene') return { kind: 'record', name, value }
  const asks = ['prompt', 'text_prompt', 'textPrompt', 'image', 'image_prompt', 'imagePrompt']
  const isRequest = asks.some((key) => typeof fields[key] === 'string' && fields[key] !== '')
  return isRequest ? { kind: 'request', name, value } : undefined
}

/** Formats that the view reads, and our library does not, by their names. */
const onlyInView = /\.(sog|ksplat)$/i

function splatsOf(head: Uint8Array, file: File): Recognised | undefined {
  if (onlyInView.test(file.name)) return { kind: 'splats', file }
  // a GLB may hold Gaussians or a camera
  if (isGlb(head)) {
    return holds(head, 'KHR_gaussian_splatting') ? { kind: 'splats', file } : undefined
  }
  try {
    detectFormat(head, file.name)
    return { kind: 'splats', file }
  } catch (error) {
    // what is no cloud may still be something else
    if ((error as { code?: unknown }).code === 'splats/unknown-format') return undefined
    throw error
  }
}

async function pathOf({ path, file }: DroppedFile): Promise<Recognised> {
  const trajectory = await readTrajectory(trajectoryFiles([{ path, file }]))
  return { kind: 'path', name: file.name, trajectory }
}

const trajectoryFiles = (dropped: readonly DroppedFile[]): TrajectoryFiles => {
  // a folder's own name is no part of its files'
  const folder = /^[^/]+\//.exec(dropped[0]!.path)?.[0] ?? ''
  const inside = dropped.map(({ path, file }) => [
    path.startsWith(folder) ? path.slice(folder.length) : path,
    file,
  ]) as [string, File][]
  const files = new Map(inside)
  return {
    names: [...files.keys()],
    async read(name) {
      const file = files.get(name)
      if (!file) throw new TypeError(`${name}: expected this file beside it, which is not there`)
      return new Uint8Array(await file.arrayBuffer())
    },
  }
}

const isGlb = (head: Uint8Array) => holds(head.subarray(0, 4), 'glTF')

const holds = (bytes: Uint8Array, text: string) => new TextDecoder().decode(bytes).includes(text)

/** Without a byte that no text has. */
const isText = (head: Uint8Array) => !head.includes(0)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
