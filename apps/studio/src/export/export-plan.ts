import type { Capabilities, Conversion } from 'flashworld/client'
import type { WorldRecord } from '../library/record.ts'
import { titleOf } from '../library/record.ts'
import { workshopOf } from '../workshop/workshop.ts'

/** How a world is to be written. */
export interface SceneChoice {
  /** As the server names formats: `ply`, `compressed.ply`, `html`. */
  readonly format: string
  /** `full`, or one of the server's tiers. */
  readonly tier: string
  /** The program that it is for; `usual`: the format's own axes. */
  readonly target: string
}

export const usualChoice: SceneChoice = { format: 'ply', tier: 'full', target: 'usual' }

/** What is asked of the server for it. */
export type SceneDownload =
  /** A file of the scene as the server has it. */
  | { readonly kind: 'scene-file'; readonly scene: string; readonly name: string }
  /** The scene, exact, is fetched and converted. */
  | { readonly kind: 'convert-scene'; readonly scene: string; readonly to: Conversion }
  /** What is kept here is converted: no server has ever had it, or has it no more. */
  | { readonly kind: 'convert-kept'; readonly to: Conversion }
  /** What is kept here is just that. */
  | { readonly kind: 'kept' }

/** Where a world's file in a format comes from. @param isOnServer false where its files are known to be gone */
export function planScene(
  { scene, fileName }: Pick<WorldRecord, 'scene' | 'fileName'>,
  { format, tier, target }: SceneChoice,
  isOnServer: boolean,
): SceneDownload {
  const to: Conversion = {
    to: format,
    ...(tier !== 'full' && { tier }),
    ...(target !== 'usual' && { target }),
  }
  if (scene !== null && isOnServer && workshopOf(scene) === 'server') {
    if (target !== 'usual') return { kind: 'convert-scene', scene, to }
    const name = tier === 'full' ? `scene.${format}` : `scene.${tier}.${format}`
    return { kind: 'scene-file', scene, name }
  }
  const isAsKept = fileName.toLowerCase().endsWith(`.${format}`)
  return isAsKept && tier === 'full' && target === 'usual'
    ? { kind: 'kept' }
    : { kind: 'convert-kept', to }
}

/** The formats of scene files in the order in which people look for them; what a server has beyond these is last. */
const order = ['ply', 'spz', 'splat', 'compressed.ply', 'glb', 'usdz', 'usda', 'sog', 'html']

export const formatsOf = ({ convert }: Pick<Capabilities, 'convert'>): string[] =>
  convert.toSorted((a, b) => place(a) - place(b))

const place = (format: string) => (order.indexOf(format) + order.length + 1) % (order.length + 1)

/** Axes mean something to formats that other programs open. */
export const takesTarget = (format: string): boolean => format !== 'html'

/** What a file of a world is called on disk, such as `a-red-house.500k.ply`. */
export function downloadName(record: WorldRecord, { format, tier }: SceneChoice): string {
  const parts = tier === 'full' ? [format] : [tier, format]
  return [fileStem(titleOf(record) ?? ''), ...parts].join('.')
}

const longestStem = 60

/** A title as the first part of a file's name. */
export function fileStem(title: string): string {
  const words = title.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-')
  const stem = [...words].slice(0, longestStem).join('')
  return stem.replace(/^-+|-+$/g, '').toLowerCase() || 'world'
}
