import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { HubFile } from './hub-listing.ts'

/** The hash by which the hub names a content: SHA-256, or Git's own SHA-1 of a small file. */
export function contentHash({ content, bytes }: Pick<HubFile, 'content' | 'bytes'>): Hash {
  return content.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`)
}
