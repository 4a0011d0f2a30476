import type { Camera } from '@flashworld/camera'
import type { ServerModel } from 'flashworld/client'
import type { Project } from '../../project/project.ts'
import type { Path, View } from '../path.ts'

/** Frames from one to another, from 0, both included. */
export interface FrameRange {
  readonly from: number
  readonly to: number
}

/** What a model cannot do well, each with the numbers that its words need. */
export type Finding =
  | { readonly code: 'few-keys'; readonly keys: number }
  | { readonly code: 'still' }
  | { readonly code: 'rotation-only' }
  | { readonly code: 'too-fast'; readonly degrees: number; readonly most: number }
  | { readonly code: 'too-far-between'; readonly travel: number; readonly most: number }
  | { readonly code: 'uneven'; readonly times: number }
  | { readonly code: 'solid' }
  | { readonly code: 'looks-away'; readonly degrees: number; readonly most: number }
  | { readonly code: 'disjoint'; readonly count: number }
  | { readonly code: 'tilted'; readonly degrees: number; readonly most: number }
  | { readonly code: 'tipped'; readonly degrees: number; readonly most: number }
  | { readonly code: 'lens'; readonly fov: number; readonly least: number; readonly most: number }
  | { readonly code: 'zoom' }
  | { readonly code: 'frames'; readonly least: number; readonly most: number }
  | { readonly code: 'size'; readonly sizes: readonly string[] }
  | { readonly code: 'more-keys-than-frames'; readonly keys: number; readonly frames: number }
  | { readonly code: 'photograph-out'; readonly frames: number }
  | { readonly code: 'photograph-between'; readonly key: number }
  | { readonly code: 'close-to-point'; readonly key: number }

export type WarningCode = Finding['code']

/** Something to know before the work begins. */
export interface Warning {
  readonly finding: Finding
  /** `stop`: nothing can be made; `warning`: it will probably not come out; `note`: worth a look. */
  readonly severity: 'stop' | 'warning' | 'note'
  /** Where it is, to jump to. */
  readonly frames: FrameRange | null
  /** The project without it, found when it is asked for; null where no change is known that helps. */
  readonly mend: () => Project | null
}

/** What is known besides the project. */
export interface PreflightContext {
  /** The model that the world will be made by; null before the server has said it. */
  readonly model: ServerModel | null
  /** How far the nearest thing in the middle of a camera's view is, in the path's unit; null where nothing is. */
  readonly depthAt: ((camera: Camera) => number | null) | null
}

/** What a check looks at: the project, and what its frames see. */
export interface Flight extends PreflightContext {
  readonly project: Project
  readonly views: readonly View[]
}

/** One thing that is looked for; the mend is made only where it is asked for. */
export type Check = (flight: Flight) => Found | null

export interface Found {
  readonly finding: Finding
  readonly severity?: Warning['severity']
  readonly frames?: FrameRange
  /** Paths that may be without it, the smallest change first. */
  readonly paths?: Iterable<Path>
  /** Projects that may be. */
  readonly projects?: Iterable<Project>
}

/** The frames around the worst of those that a check finds fault with. */
export function rangeAround(faulty: readonly boolean[], worst: number): FrameRange {
  let [from, to] = [worst, worst]
  while (faulty[from - 1]) from--
  while (faulty[to + 1]) to++
  return { from, to }
}

/** Where the largest value is; -1 of none. */
export const indexOfMost = (values: readonly number[]): number =>
  values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), -1)
