import { expect, test } from 'vitest'
import type { TensorEntry } from '../weights/tensor.ts'
import { joinPieces, pieceKey } from './pieces.ts'

/** Rows of one byte that are their own numbers. */
const piece = (start: number, end: number, shape = [end - start, 1]): [string, TensorEntry] => {
  const key = pieceKey('w', start, end)
  const read = (from = 0, to = end - start) =>
    Promise.resolve(Uint8Array.from({ length: to - from }, (_, i) => start + from + i))
  return [key, { key, file: 'f', dtype: 'U8', shape, read }]
}

test('pieces in any order are the tensor, whichever rows are asked for', async () => {
  const joined = joinPieces(new Map([piece(3, 4), piece(0, 3), piece(4, 9)]))
  const w = joined.get('w')!
  expect([...joined.keys()]).toEqual(['w'])
  expect(w.shape).toEqual([9, 1])
  for (let start = 0; start <= 9; start++) {
    for (let end = start; end <= 9; end++) {
      const expected = Array.from({ length: end - start }, (_, i) => start + i)
      expect([...(await w.read(start, end))]).toEqual(expected)
    }
  }
  await expect(w.read(0, 10)).rejects.toMatchObject({ code: 'weights/range' })
})

test.each([
  ['a gap', [piece(0, 3), piece(4, 9)]],
  ['an overlap', [piece(0, 3), piece(2, 9)]],
  ['no beginning', [piece(1, 3)]],
  ['another row', [piece(0, 3), piece(3, 4, [1, 2])]],
  ['fewer rows than its key tells', [piece(0, 3, [2, 1])]],
  ['the tensor itself too', [piece(0, 3), ['w', piece(0, 3)[1]] as [string, TensorEntry]]],
])('%s is refused', (_, pieces) => {
  expect(() => joinPieces(new Map(pieces))).toThrow(
    expect.objectContaining({ code: 'weights/shape' }),
  )
})
