import type { Axes } from '../../axes.ts'
import { isAxes } from '../../axes.ts'
import type { PlyHeader } from './header.ts'

/** The frame named by a comment `axes: XYZ`. */
export function declaredAxes({ comments }: PlyHeader): Axes | undefined {
  return comments.map((comment) => /^axes:?\s+(\w+)/i.exec(comment)?.[1] ?? '').find(isAxes)
}

/** What a comment says of the rasterizer: Brush's `SplatRenderMode: mip`, Postshot's `antialiased 1`. */
export function declaredAntialiased({ comments }: PlyHeader): boolean {
  return comments.some((comment) =>
    /^(SplatRenderMode:\s*(mip|antialiased)|antialiased:?\s+(1|true))\b/i.test(comment),
  )
}

/** The comments of a file of ours: its frame and its rasterizer, in Brush's words. */
export function plyComments(axes: Axes, antialiased: boolean | undefined): string[] {
  return [`comment axes: ${axes}`, `comment SplatRenderMode: ${antialiased ? 'mip' : 'default'}`]
}

/**
 * A PLY by somebody else with a comment that names its frame, after the line of the format.
 * @example
 * ```ts
 * import { readFile, writeFile } from 'node:fs/promises'
 * import { withAxesComment } from '@flashworld/splats'
 *
 * await writeFile('named.ply', withAxesComment(await readFile('house.ply'), 'RDF'))
 * ```
 */
export function withAxesComment(bytes: Uint8Array, axes: Axes): Uint8Array<ArrayBuffer> {
  const LF = 0x0a
  const at = bytes.indexOf(LF, bytes.indexOf(LF) + 1) + 1
  const added = new TextEncoder().encode(`comment axes: ${axes}\n`)
  const joined = new Uint8Array(bytes.length + added.length)
  joined.set(bytes.subarray(0, at))
  joined.set(added, at)
  joined.set(bytes.subarray(at), at + added.length)
  return joined
}
