/** Tensors larger than a file may be: rows `[a, b)` of `KEY` are stored as a tensor of the key `KEY[a:b]`. */
import { WeightsError } from '../weights/errors.ts'
import { checkRows, type TensorEntry } from '../weights/tensor.ts'

export const pieceKey = (key: string, start: number, end: number): string =>
  `${key}[${start}:${end}]`

interface Piece {
  readonly start: number
  readonly end: number
  readonly entry: TensorEntry
}

/**
 * The tensors with all pieces joined to the tensors that they are of.
 * @throws WeightsError `weights/shape` unless the pieces of a tensor follow each other and are alike
 */
export function joinPieces(tensors: ReadonlyMap<string, TensorEntry>): Map<string, TensorEntry> {
  const whole = new Map<string, TensorEntry>()
  const pieces = new Map<string, Piece[]>()
  for (const [key, entry] of tensors) {
    const [, of, start, end] = /^(.+)\[(\d{1,15}):(\d{1,15})\]$/.exec(key) ?? []
    if (of === undefined) {
      whole.set(key, entry)
      continue
    }
    const own = pieces.get(of) ?? []
    own.push({ start: Number(start), end: Number(end), entry })
    pieces.set(of, own)
  }
  for (const [key, own] of pieces) {
    if (whole.has(key)) refuse(key)
    whole.set(key, joined(key, own))
  }
  return whole
}

function joined(key: string, unordered: readonly Piece[]): TensorEntry {
  const pieces = unordered.toSorted((a, b) => a.start - b.start)
  const { dtype, shape, file } = pieces[0]!.entry
  const [, ...row] = shape
  let rows = 0
  for (const { start, end, entry } of pieces) {
    const fits =
      start === rows &&
      entry.dtype === dtype &&
      String(entry.shape) === String([end - start, ...row])
    if (!fits) refuse(key)
    rows = end
  }
  return {
    key,
    file,
    dtype,
    shape: [rows, ...row],
    async read(start = 0, end = rows) {
      checkRows(key, rows, [start, end])
      const parts = pieces
        .filter((piece) => piece.start < end && start < piece.end)
        .map((piece) =>
          piece.entry.read(
            Math.max(start, piece.start) - piece.start,
            Math.min(end, piece.end) - piece.start,
          ),
        )
      return concatenated(await Promise.all(parts))
    },
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const out = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.byteLength
  }
  return out
}

function refuse(key: string): never {
  throw new WeightsError('weights/shape', `'${key}': its pieces do not follow each other`)
}
