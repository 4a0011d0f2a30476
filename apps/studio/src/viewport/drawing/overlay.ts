import { Scene } from 'three'
import { viewAt } from '../course.ts'
import type { View } from '../navigation.ts'
import type { ViewState } from '../viewport.ts'
import type { Vec3 } from '@flashworld/math'
import { distanceVec } from '@flashworld/math'
import type { Colors } from './colors.ts'
import { frustumLines } from './frusta.ts'
import { Lines, piecesThrough } from './lines.ts'
import type { Dot } from './points.ts'
import { Dots } from './points.ts'

/** Pieces of the path's line between two keys. */
const PIECES = 24
/** The frusta's depth, in the path's unit. */
export const KEY_FRUSTUM = 0.14
const FRAME_FRUSTUM = 0.045
/** From nearer than this a camera's lines would fill the view. */
const TOO_NEAR = 0.1

/** The path's line as points, from its first key to its last. */
export function lineOf({ path }: Pick<ViewState, 'path'>): readonly Vec3[] {
  const count = (path.keys.length - 1) * PIECES
  if (count <= 0) return []
  return Array.from({ length: count + 1 }, (_, i) => viewAt(path, i / count).position)
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

  /** @param from where it is seen from, @param pixelRatio of the canvas */
  show(state: ViewState, colors: Colors, from: Vec3, pixelRatio: number): void {
    const { path, selection, size, frames, mode } = state
    const { keys, aim } = path
    const line = mode === 'play' ? [] : piecesThrough(lineOf(state))
    this.#edge.show(line, colors.edge)
    this.#line.show(
      line,
      selection?.kind === 'path' || keys.length > 0 ? colors.accent : colors.key,
    )
    const visible = ({ position }: View) =>
      mode !== 'play' && distanceVec(position, from) > TOO_NEAR
    const atKey = keys.map((_, i) => viewAt(path, i / Math.max(1, keys.length - 1)))
    const chosen = (id: string) =>
      selection?.kind === 'path' || (selection?.kind === 'key' && selection.id === id)
    const lines = (is: boolean) =>
      atKey.flatMap((view, i) =>
        chosen(keys[i]!.id) === is && visible(view) ? frustumLines(view, size, KEY_FRUSTUM) : [],
      )
    const [plain, marked] = [lines(false), lines(true)]
    this.#keyEdges.show([...plain, ...marked], colors.edge)
    this.#keys.show(plain, colors.key)
    this.#selected.show(marked, colors.accent)
    const between =
      keys.length < 2
        ? []
        : Array.from({ length: frames }, (_, i) => viewAt(path, i / Math.max(1, frames - 1)))
    this.#frames.show(
      between.filter(visible).flatMap((view) => frustumLines(view, size, FRAME_FRUSTUM)),
      colors.frame,
    )
    this.#aim.show(mode !== 'play' && 'point' in aim ? crossAt(aim.point) : [], colors.accent)
    const dots: Dot[] = atKey.filter(visible).map((view, i) => {
      const is = chosen(keys[i]!.id)
      return { at: view.position, color: is ? colors.accent : colors.key, size: is ? 16 : 13 }
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
