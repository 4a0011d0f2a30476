/** Bytes of a meta.json in which its mark is looked for: the largest ones hold codebooks. */
const MAX_META_BYTES = 2 ** 22

/** The part of an unbundled SOG's meta.json that is needed to find its images. */
export interface SogMeta {
  /** Names of the images beside it. */
  readonly files: readonly string[]
}

/**
 * What the meta.json of an unbundled SOG names; undefined for any other file. Names that lead out of
 * its folder make it another file.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { parseSogMeta } from '@flashworld/splats'
 *
 * console.log(parseSogMeta(await readFile('cameras.json'))) // undefined: it holds cameras
 * ```
 */
export function parseSogMeta(bytes: Uint8Array): SogMeta | undefined {
  if (!looksLikeSogMeta(bytes)) return undefined
  const meta = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
  const files = Object.values(meta).flatMap((part) => {
    const listed = (part as { files?: unknown } | null)?.files
    return Array.isArray(listed) ? (listed as unknown[]) : []
  })
  const areNames = files.every((file) => typeof file === 'string' && /^[\w.-]+\.webp$/.test(file))
  return areNames ? { files: files as string[] } : undefined
}

/** True for the meta.json of an unbundled SOG. */
export function looksLikeSogMeta(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x7b || bytes.length > MAX_META_BYTES) return false
  try {
    const meta = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    return ['means', 'scales', 'quats', 'sh0'].every((name) => typeof meta[name] === 'object')
  } catch {
    return false
  }
}
