import type { Camera, ImageSize } from '@flashworld/camera'
import type { Pose, Vec3 } from '@flashworld/math'
import type { Key, Path } from '../path/path.ts'
import type { Photograph } from '../project/project.ts'

/** What one does with the pointer in the view. */
export type Tool = 'move' | 'turn' | 'scale' | 'draw' | 'pick'

/** Edit: the path is there to be changed. Record: what one flies becomes the path. Play: the path is seen as it runs. */
export type Mode = 'edit' | 'record' | 'play'

/** What is marked on the path: a key by its id, or all of it. */
export type Selection =
  { readonly kind: 'key'; readonly id: string } | { readonly kind: 'path' } | null

/** The Gaussians that stand in the view. Their unit is the path's. */
export interface World {
  /** Whoever shows the same one again changes nothing. */
  readonly id: string
  /** Where the file's origin stands: the first camera that the world was made from, as files are in its frame. */
  readonly pose: Pose
  readonly file: Blob
  /** Of its file, such as `scene.spz`: its ending says how it is read. */
  readonly name: string
}

/** All that the view shows. It is given whole at every change, and the view finds what is different. */
export interface ViewState {
  readonly mode: Mode
  readonly tool: Tool
  readonly path: Path
  readonly selection: Selection
  /** The pictures that are made. */
  readonly size: ImageSize
  /** Their exact frame is marked in the view. */
  readonly isFramed: boolean
  readonly frames: number
  /** The frame that is played, looked through or scrubbed to, with fractions; null: the person's own view. */
  readonly playhead: number | null
  readonly photograph: Photograph | null
  readonly world: World | null
  readonly theme: 'light' | 'dark'
  readonly reducedMotion: boolean
}

export interface Readout {
  /** Null while nothing moved. */
  readonly framesPerSecond: number | null
  readonly splats: number
  /** From the view to what is in its middle, in the path's unit; null where there is nothing. */
  readonly depth: number | null
}

/** What those who do not see the view are told; in which words is for the page to say. Keys count from 0. */
export type Announcement =
  | { readonly kind: 'key-selected' | 'key-moved' | 'key-recorded'; readonly index: number }
  | {
      readonly kind: 'path-selected' | 'path-moved' | 'nothing-selected' | 'stroke-drawn' | 'picked'
    }
  | { readonly kind: 'world-shown'; readonly splats: number }

/** What happens in the view. One drag is one gesture: `onGesture('start')`, edits, `onGesture('end')`. */
export interface ViewEvents {
  onSelect(selection: Selection): void
  onGesture(phase: 'start' | 'end' | 'cancel'): void
  /** The path as the gizmo, or a drag on it, has it now. */
  onPath(path: Path): void
  /** A key at the present view: Space, or continuously while recording. */
  onRecord(key: Omit<Key, 'id'>): void
  /** A stroke drawn in the view, as points in the world. */
  onStroke(points: readonly Vec3[]): void
  onPick(point: Vec3): void
  onReadout(readout: Readout): void
  onAnnounce(announcement: Announcement): void
  /** The person flies on from the frame that was looked through: the playhead is to become null. */
  onLeaveFrame(): void
  onError(error: Error): void
}

/**
 * The picture and what is drawn in it. It fills the element that it was made in, which hears keys while it has the
 * focus; role, label and instructions are given to it by the page. Knows no React: state goes in by `show`, what
 * happens comes out by events.
 */
export interface Viewport {
  show(state: ViewState): void
  /** The person's own view, as a key would have it. */
  readonly view: Pose & { readonly fovDegrees: number }
  /** Takes the person's own view there, within 180 ms unless motion is reduced. */
  lookFrom(view: Pose & { readonly fovDegrees: number }): void
  /**
   * The world's or photograph's picture at each camera: for the timeline, for what a key sees, for films. While a film
   * is drawn all others wait.
   */
  pictures(
    cameras: readonly Camera[],
    size: ImageSize,
    kind?: 'single' | 'film',
  ): AsyncGenerator<ImageBitmap>
  /**
   * Enters the world with a headset, at the path's first camera; when it is left, the view is where the head was.
   * @throws DOMException where the device or the person refuses
   */
  enterVr(): Promise<void>
  /** How far what a camera sees in its middle is, in the path's unit; null where there is nothing. */
  depthAt(camera: Camera): number | null
  destroy(): void
}
