import { expect, test } from 'vitest'
import { looksLikeRealEstate10k, readRealEstate10k } from './realestate10k.ts'

const line = (time: number, x: number, k1 = 0) =>
  `${time} 0.5 0.9 0.5 0.4 ${k1} 0 1 0 0 ${x} 0 1 0 0 0 0 1 2`
const film = `https://example.org/film\n${line(1_000_000, 0)}\n${line(1_500_000, -1)}\n`

test('times are microseconds, poses world-to-camera, pixels square', () => {
  expect(looksLikeRealEstate10k(film)).toBe(true)
  const { cameras, times, notes } = readRealEstate10k(film)
  expect(times).toEqual([1, 1.5])
  // 2 behind the origin along the view, which is z in the file; y and z point the other way here
  expect(cameras.map(({ position }) => position.map((v) => v + 0))).toEqual([
    [0, 0, 2],
    [1, 0, 2],
  ])
  expect(cameras[0]).toMatchObject({ fx: 0.5, fy: 0.9, cx: 0.5, cy: 0.4 })
  expect(cameras[0]!.size).toEqual({ width: 864, height: 480 })
  expect(notes).toEqual([expect.stringContaining('864x480')])
})

test('without the address, and with times that stand still', () => {
  const text = [line(0, 0), line(0, 1)].join('\n')
  const { cameras, times } = readRealEstate10k(text)
  expect(cameras).toHaveLength(2)
  expect(times).toBeUndefined()
})

test.each([
  ['a distorted lens', `x\n${line(0, 0, 0.1)}`, 'k1 0.1'],
  ['a short line', `x\n${line(0, 0)}\n1 2 3`, '19 numbers'],
  ['a word', `x\n${line(0, 0).replace('0.9', 'wide')}`, '19 numbers'],
  ['no lines', 'x\n', '1 to 4096'],
])('%s is refused', (_, text, message) => {
  expect(() => readRealEstate10k(text)).toThrow(message)
})

test('other texts are not taken for one', () => {
  expect(looksLikeRealEstate10k(Array.from({ length: 19 }, () => 'word').join(' '))).toBe(false)
  expect(looksLikeRealEstate10k('')).toBe(false)
})
