import type { Readable } from 'node:stream'

/** A file of a job. */
export interface Artifact {
  readonly name: string
  readonly bytes: number
  /** Changes with the content. */
  readonly etag: string
}

export interface ByteRange {
  /** First byte. */
  readonly start: number
  /** Last byte, included. */
  readonly end: number
}

/**
 * Where the files of one attempt at a job lie; attempt 0 is what the client sent. Each attempt has its own place, so one
 * that was given up never writes over another's files.
 */
export type Place = `${string}/${number}`

export const placeOf = (job: string, attempt: number): Place => `${job}/${attempt}`

/** What is stored of a job. */
export interface StoredJob {
  readonly id: string
  /** Its places that have files, or had some, and the bytes in them. */
  readonly places: readonly { readonly place: Place; readonly bytes: number }[]
}

/**
 * Where files of jobs lie. A file is whole or absent: nobody ever reads a part of one. Names are the server's own
 * (`isArtifactName`), never a client's.
 */
export interface ArtifactStore {
  /** Takes a finished file from this machine's disk; the file there is gone afterwards. */
  take(place: Place, name: string, file: string): Promise<void>
  write(place: Place, name: string, bytes: Uint8Array): Promise<void>
  find(place: Place, name: string): Promise<Artifact | undefined>
  list(place: Place): Promise<readonly Artifact[]>
  /**
   * The bytes of a file. Removal meanwhile does not cut a read that has begun.
   * @throws ServerError `file/unknown`
   */
  open(place: Place, name: string, range?: ByteRange): Promise<Readable>
  /** Brings a file to this machine's disk: a path that may be read until `done` is called. */
  fetch(place: Place, name: string): Promise<{ readonly path: string; done(): Promise<void> }>
  /** Removes the files of one attempt, or all of a job. */
  remove(place: Place | string): Promise<void>
  /** All jobs that have files, for the sweep. */
  jobs(): AsyncIterable<StoredJob>
  /** Whether this process is reading files of a job. */
  isRead(job: string): boolean
  /** Files that are being written, or whose writer died. */
  parts(): Promise<readonly string[]>
  removePart(part: string): Promise<void>
}

/** Lower-case letters, digits, dots and dashes; no leading dot: `scene.500k.ply`. */
export const isArtifactName = (name: string) =>
  name.length <= 64 && /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/.test(name)

/** Ids of jobs are UUIDs in lower case. */
export const isJobId = (id: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)

/** A job's id and a small number. */
export function isPlace(place: string): place is Place {
  const [job = '', attempt = '', ...more] = place.split('/')
  return more.length === 0 && isJobId(job) && /^\d{1,4}$/.test(attempt)
}
