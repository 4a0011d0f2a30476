import type { Engine, Tensor } from '@flashworld/engine'

/** Tokens of a call: frames, rows and columns. */
export interface TokenGrid {
  readonly frames: number
  readonly rows: number
  readonly columns: number
}

/** Cosines and sines of the angles that each pair of a token's head turns by: `[L, headSize / 2]`, f32. */
export interface RopeTables {
  readonly cos: Tensor
  readonly sin: Tensor
}

const theta = 10000

/**
 * Rotary positions over frame, row and column (Su et al., "RoFormer", arXiv 2104.09864, once for
 * each axis): rows and columns turn a third of the head's channels each, frames the rest, first.
 */
export function ropeTables(engine: Engine, headSize: number, grid: TokenGrid): RopeTables {
  const { frames, rows, columns } = grid
  const side = 2 * Math.floor(headSize / 6)
  const axes = [
    axisAngles(frames, headSize - 2 * side),
    axisAngles(rows, side),
    axisAngles(columns, side),
  ] as const
  const shape = [frames * rows * columns, headSize / 2]
  const table = (of: (angle: number) => number) => {
    const [byFrame, byRow, byColumn] = axes.map((axis) => axis.map((angles) => angles.map(of)))
    const out = new Float32Array(shape[0]! * shape[1]!)
    let at = 0
    for (const frame of byFrame!) {
      for (const row of byRow!) {
        for (const column of byColumn!) {
          out.set(frame, at)
          out.set(row, at + frame.length)
          out.set(column, at + frame.length + row.length)
          at += shape[1]!
        }
      }
    }
    return engine.upload(out, shape)
  }
  return { cos: table(Math.cos), sin: table(Math.sin) }
}

/** For each position of an axis, the angles of its `channels / 2` pairs. */
const axisAngles = (length: number, channels: number): Float64Array[] =>
  Array.from({ length }, (_, position) =>
    Float64Array.from(
      { length: channels / 2 },
      (_, pair) => position * theta ** ((-2 * pair) / channels),
    ),
  )
