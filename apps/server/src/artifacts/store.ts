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
 * Where files of jobs lie, under the job's id. A file is whole or absent: nobody ever reads a part of one. Names are the
 * server's own (`isArtifactName`), never a client's.
 */
export interface ArtifactStore {
  /** Takes a finished file from this machine's disk; the file there is gone afterwards. */
  take(job: string, name: string, file: string): Promise<void>
  write(job: string, name: string, bytes: Uint8Array): Promise<void>
  find(job: string, name: string): Promise<Artifact | undefined>
  list(job: string): Promise<readonly Artifact[]>
  /** The bytes of a file that `find` found. Removal meanwhile does not cut a read that has begun. */
  open(job: string, name: string, range?: ByteRange): Promise<Readable>
  /** Brings a file to this machine's disk: the path of one that may be read until `done` is called. */
  fetch(job: string, name: string): Promise<{ readonly path: string; done(): Promise<void> }>
  /** Removes all files of a job. */
  remove(job: string): Promise<void>
  /** Jobs that have files, for the sweep of those that no queue knows. */
  jobs(): AsyncIterable<string>
  /** Bytes of all files. */
  usage(): Promise<number>
}

/** Lower-case letters, digits, dots and dashes; no leading dot: `scene.500k.ply`. */
export const isArtifactName = (name: string) =>
  name.length <= 64 && /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/.test(name)

/** Ids of jobs are UUIDs in lower case. */
export const isJobId = (id: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)
