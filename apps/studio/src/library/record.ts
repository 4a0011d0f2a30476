import type { Camera } from '@flashworld/camera'
import type { Pose } from '@flashworld/math'
import { IDENTITY_QUAT } from '@flashworld/math'
import type { JobFailure } from '../generation/job.ts'
import type { Project } from '../project/project.ts'

/** A world of the history: how it was asked for, and what has become of it. Times are milliseconds since 1970. */
export interface WorldRecord {
  /** The same as its job's. */
  readonly id: string
  /** The name that it has where it was made; null for a file that was opened. */
  readonly scene: string | null
  /** As the person calls it; empty: by its sentence. */
  readonly name: string
  readonly isStarred: boolean
  readonly createdAt: number
  /** Where it is on its way. */
  readonly state: 'making' | 'ready' | 'failed' | 'cancelled'
  readonly failure: JobFailure | null
  /** What it was asked for with; null for a file that was opened. */
  readonly project: Project | null
  /** Its frames, in the project's frame; none for a file that was opened. */
  readonly cameras: readonly Camera[]
  readonly seed: number | null
  readonly gaussians: number | null
  /** On the engine. */
  readonly seconds: number | null
  /** A small picture of it. */
  readonly thumbnail: Blob | null
  /** Of its file, such as `scene.spz`. */
  readonly fileName: string
}

/** The record of a world that was just asked for. */
export function startRecord(
  asked: { readonly id: string; readonly project: Project; readonly cameras: readonly Camera[] },
  at: number,
): WorldRecord {
  return {
    ...asked,
    ...unnamed,
    createdAt: at,
    state: 'making',
    // until it is known where it is made
    fileName: 'scene.spz',
  }
}

/** The record of a file that somebody opened. */
export const recordOfFile = (
  { id, name }: { readonly id: string; readonly name: string },
  at: number,
): WorldRecord => ({
  ...unnamed,
  id,
  project: null,
  cameras: [],
  name: name.replace(/(\.compressed)?\.[^.]*$/, ''),
  createdAt: at,
  state: 'ready',
  fileName: name,
})

const unnamed = {
  scene: null,
  name: '',
  isStarred: false,
  failure: null,
  seed: null,
  gaussians: null,
  seconds: null,
  thumbnail: null,
} as const

/** Where a world's file stands in the frame of its project: at the first of its cameras. */
export const poseOf = ({ cameras: [first] }: Pick<WorldRecord, 'cameras'>): Pose =>
  first
    ? { position: first.position, rotation: first.rotation }
    : { position: [0, 0, 0], rotation: IDENTITY_QUAT }

/** What a world is called: by its person, else by its sentence; undefined where it has neither. */
export const titleOf = ({ name, project }: WorldRecord): string | undefined =>
  [name, project?.sentence, project?.photograph?.name].map((text) => text?.trim()).find(Boolean)

/** The newest first. */
export const newestFirst = (records: readonly WorldRecord[]): WorldRecord[] =>
  records.toSorted((a, b) => b.createdAt - a.createdAt)

/** Which worlds of the history are seen. */
export type HistoryFilter = 'all' | 'starred'

export const filterRecords = (records: readonly WorldRecord[], filter: HistoryFilter) =>
  newestFirst(records).filter(({ isStarred }) => filter === 'all' || isStarred)

/** A file of a world that is kept in the browser. */
export interface KeptFile {
  readonly id: string
  readonly bytes: number
  readonly createdAt: number
  readonly isStarred: boolean
}

/**
 * The files that go so that all that stay fit: the oldest first, what has a star last.
 * @returns their ids
 */
export function filesToDrop(files: readonly KeptFile[], mostBytes: number): string[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const leastMissed = files.toSorted(
    (a, b) => Number(a.isStarred) - Number(b.isStarred) || a.createdAt - b.createdAt,
  )
  const dropped: string[] = []
  for (const file of leastMissed) {
    if (bytes <= mostBytes) break
    dropped.push(file.id)
    bytes -= file.bytes
  }
  return dropped
}
