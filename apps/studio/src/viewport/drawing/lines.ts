import type { Color } from 'three'
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js'
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js'
import { LineMaterial } from 'three/addons/lines/LineMaterial.js'

export interface LineLook {
  /** CSS pixels. */
  readonly width: number
  readonly opacity?: number
  /** What is higher lies above. */
  readonly order: number
}

/** Pieces of line of a width in the picture, above all that is drawn before. */
export class Lines {
  readonly object: LineSegments2

  constructor({ width, opacity = 1, order }: LineLook) {
    const material = new LineMaterial({
      linewidth: width,
      transparent: true,
      opacity,
      depthTest: false,
      depthWrite: false,
    })
    this.object = new LineSegments2(new LineSegmentsGeometry(), material)
    this.object.frustumCulled = false
    this.object.renderOrder = order
    this.object.visible = false
  }

  /** @param pieces six floats a piece, from where to where */
  show(pieces: readonly number[], color: Color): void {
    this.object.visible = pieces.length > 0
    if (pieces.length === 0) return
    // of another length it would be drawn in part
    const geometry = new LineSegmentsGeometry()
    geometry.setPositions(new Float32Array(pieces))
    this.object.geometry.dispose()
    this.object.geometry = geometry
    this.object.material.color = color
  }

  destroy(): void {
    this.object.geometry.dispose()
    this.object.material.dispose()
  }
}

/** A line through points as pieces. */
export const piecesThrough = (points: readonly (readonly [number, number, number])[]): number[] =>
  points.slice(1).flatMap((point, i) => [...points[i]!, ...point])
