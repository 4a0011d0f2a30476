import type { Camera } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import { expect, test } from 'vitest'
import { isMixed, pathByTemplate, pathThroughKeys } from './film-path.ts'

const wide = { width: 60, height: 40 }
const tall = { width: 40, height: 60 }
const camera = (x: number, size = wide): Camera => ({
  rotation: [1, 0, 0, 0],
  position: [x, 0, 0],
  ...lensFromFov(size, 50),
})
const xs = (cameras: readonly Camera[]) => cameras.map(({ position }) => position[0])

test('keys keep their sizes for stills, a film has that of the first', () => {
  const path = pathThroughKeys([camera(0), camera(1, tall)])
  expect(isMixed(path)).toBe(true)
  expect(path.keys.map(({ size }) => size)).toEqual([wide, tall])
  expect(path.size).toEqual(wide)
  const film = path.along(3)
  expect(film.map(({ size }) => size)).toEqual([wide, wide, wide])
  // pixels stay square
  for (const { fx, fy, size } of film) expect(fx * size.width).toBeCloseTo(fy * size.height, 10)
})

test('a size that is asked for is that of stills too', () => {
  const path = pathThroughKeys([camera(0), camera(1, tall)], { size: tall })
  expect(isMixed(path)).toBe(false)
  expect(path.keys[0]!.size).toEqual(tall)
})

test('times of the keys are kept', () => {
  const path = pathThroughKeys([camera(0), camera(1), camera(2)], { times: [5, 6, 15] })
  expect(path.seconds).toBe(10)
  const want = [0, 1, ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => 1 + i / 9)]
  xs(path.along(11)).forEach((x, i) => expect(x).toBeCloseTo(want[i]!, 12))
})

test('without times, a second from key to key', () => {
  const path = pathThroughKeys([camera(0), camera(1), camera(5)])
  expect(path.seconds).toBe(2)
  expect(xs(path.along(5))).toEqual([0, 0.5, 1, 3, 5])
})

test('one camera is a still, and no film', () => {
  const path = pathThroughKeys([camera(3)])
  expect(xs(path.keys)).toEqual([3])
  expect(() => path.along(5)).toThrow(expect.objectContaining({ code: 'camera/count' }))
})

test('a template is seen through the lens that it is given', () => {
  const lens = { ...lensFromFov(wide, 40), cx: 0.4 }
  const path = pathByTemplate('dolly-forward:1', { lens, distance: 3, lookDown: 0 })
  expect(path.keys[0]).toMatchObject(lens)
  expect(path.along(2)[1]!.position).toEqual([0, 0, -3])
  expect(path.seconds).toBe(8)
})
