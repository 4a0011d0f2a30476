import { Scene } from 'three'
import type { Curve } from '../../path/curve.ts'
import { placeOfFrame } from '../../path/frames.ts'
import type { View } from '../../path/path.ts'
import type { ViewState } from '../viewport.ts'
import type { Vec3 } from '@flashworld/math'
import { distanceVec } from '@flashworld/math'
import type { Colors } from './colors.ts'
import { frustumDepth, frustumLines } from './frusta.ts'
import { Lines, piecesThrough } from './lines.ts'
import type { Dot } from './points.ts'
import { Dots } from './points.ts'

/** Pieces of the path's line between two keys. */
const PIECES = 24
/** Depth of a frame's frustum, in the path's unit. */
const FRAME_FRUSTUM = 0.045
/** From nearer than this a camera's point, and its lines, would fill the view. */
const [TOO_NEAR, FRUSTUM_TOO_NEAR] = [0.1, 0.3]

/** The path's line as points, from its first key to its last. */
export function lineOf(curve: Curve | null): readonly Vec3[] {
  const count = (curve?.end ?? 0) * PIECES
  if (!curve || count === 0) return []
  return Array.from({ length: count + 1 }, (_, i) => curve.at(i / PIECES).position)
}

/** How deep the frusta of a path's keys are drawn. */
export const keyDepthOf = (curve: Curve | null): number =>
  frustumDepth(curve ? Array.from({ length: curve.end + 1 }, (_, i) => curve.at(i).position) : [])

export interface PathInView {
  readonly state: ViewState
  /** Null: the path has no keys. */
  readonly curve: Curve | null
  /** The path's line as points. */
  readonly line: readonly Vec3[]
  /** Where it is seen from. */
  readonly from: Vec3
}

/** The path as it stands in the world: line, keys, the cameras of the frames, what is aimed at, a stroke. */
export class Overlay {
  readonly scene = new Scene()
  readonly #edge = new Lines({ width: 5, opacity: 0.55, order: 1 })
  readonly #line = new Lines({ width: 2.5, order: 2 })
  readonly #frames = new Lines({ width: 1, opacity: 0.3, order: 0 })
  readonly #keyEdges = new Lines({ width: 3, opacity: 0.5, order: 0 })
  readonly #keys = new Lines({ width: 1.5, order: 1 })
  readonly #selected = new Lines({ width: 2, order: 2 })
  readonly #aim = new Lines({ width: 1.5, order: 2 })
  readonly #stroke = new Lines({ width: 3, order: 4 })
  readonly #dots = new Dots()

  constructor() {
    const lines = [
      this.#edge,
      this.#line,
      this.#frames,
      this.#keyEdges,
      this.#keys,
      this.#selected,
      this.#aim,
      this.#stroke,
    ]
    this.scene.add(...lines.map(({ object }) => object), this.#dots.object)
  }

  /** @param pixelRatio of the canvas */
  show({ state, curve, line, from }: PathInView, colors: Colors, pixelRatio: number): void {
    const { path, selection, size, frames, mode } = state
    const { keys } = path
    const isShown = mode !== 'play'
    const pieces = isShown ? piecesThrough(line) : []
    this.#edge.show(pieces, colors.edge)
    this.#line.show(pieces, colors.accent)
    const visible = ({ position }: View, nearest = FRUSTUM_TOO_NEAR) =>
      isShown && distanceVec(position, from) > nearest
    const atKeys = keys.map((_, i) => curve!.at(i))
    const chosen = (id: string) =>
      selection?.kind === 'path' || (selection?.kind === 'key' && selection.id === id)
    const depth = keyDepthOf(curve)
    const frusta = (is: boolean) =>
      atKeys.flatMap((view, i) =>
        chosen(keys[i]!.id) === is && visible(view) ? frustumLines(view, size, depth) : [],
      )
    const [plain, marked] = [frusta(false), frusta(true)]
    this.#keyEdges.show([...plain, ...marked], colors.edge)
    this.#keys.show(plain, colors.key)
    this.#selected.show(marked, colors.accent)
    const inFrames = Array.from({ length: keys.length < 2 ? 0 : frames }, (_, frame) =>
      curve!.at(placeOfFrame(frame, frames, keys.length)),
    )
    this.#frames.show(
      inFrames
        .filter((view) => visible(view))
        .flatMap((view) => frustumLines(view, size, FRAME_FRUSTUM)),
      colors.frame,
    )
    const points = [path.aim, ...keys.map(({ aim }) => aim)].flatMap((aim) =>
      aim && 'point' in aim ? [aim.point] : [],
    )
    this.#aim.show(isShown ? points.flatMap(crossAt) : [], colors.accent)
    const dots = atKeys.flatMap((view, i): Dot[] => {
      if (!visible(view, TOO_NEAR)) return []
      const is = chosen(keys[i]!.id)
      return [{ at: view.position, color: is ? colors.accent : colors.key, size: is ? 16 : 13 }]
    })
    this.#dots.show(dots, colors.edge, pixelRatio)
  }

  /** A stroke while it is drawn. */
  showStroke(points: readonly Vec3[], { accent }: Colors): void {
    this.#stroke.show(piecesThrough(points), accent)
  }

  destroy(): void {
    for (const drawn of [
      this.#edge,
      this.#line,
      this.#frames,
      this.#keyEdges,
      this.#keys,
      this.#selected,
      this.#aim,
      this.#stroke,
      this.#dots,
    ])
      drawn.destroy()
  }
}

function crossAt([x, y, z]: Vec3): number[] {
  const arm = 0.05
  return [x - arm, y, z, x + arm, y, z, x, y - arm, z, x, y + arm, z, x, y, z - arm, x, y, z + arm]
}
