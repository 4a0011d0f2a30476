import { afterAll, expect, test } from 'vitest'
import { codeOf, json, serve } from '../../test/serve.ts'

const server = await serve()
afterAll(() => server[Symbol.asyncDispose]())

const good = {
  position: [0, 0, 0],
  quaternion: [1, 0, 0, 0],
  ...{ fx: 100, fy: 100, cx: 96, cy: 64, width: 192, height: 128 },
}
const send = (cameras: unknown) =>
  fetch(`${server.url}/v1/scenes`, json({ prompt: 'a house', cameras }))

const second = (change: Record<string, unknown>) => [good, { ...good, ...change }]

test.each([
  ['NaN as a text', second({ fx: 'NaN' })],
  ['null for a number', second({ position: [null, 0, 0] })],
  ['a missing axis', second({ position: [0, 0] })],
  ['a quaternion of nothing', second({ quaternion: [0, 0, 0, 0] })],
  ['a focal length of 0', second({ fx: 0 })],
  ['a focal length below 0', second({ fx: -100 })],
  ['a size of 0', second({ width: 0 })],
  ['half a pixel', second({ height: 128.5 })],
  ['no cameras', []],
  ['one camera', [good]],
  ['an unknown field', second({ near: 1 })],
  ['a function’s name as a field', second({ toString: 1 })],
  [
    '10,000 fields',
    second(Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`f${i}`, i]))),
  ],
  ['a text', 'orbit'],
  ['an object', { length: 2, 0: good, 1: good }],
])('cameras with %s: 400, in time', async (_, cameras) => {
  const began = performance.now()
  const answer = await send(cameras)
  expect(answer.status).toBe(400)
  expect(await codeOf(answer)).toMatch(/^(request|camera)\//)
  expect(performance.now() - began).toBeLessThan(5000)
})

test('a number beyond all: 400', async () => {
  const text = JSON.stringify({ prompt: 'a', cameras: [good, good] }).replace('100', '1e400')
  expect((await fetch(`${server.url}/v1/scenes`, json(text))).status).toBe(400)
})

test('100,000 cameras: 400, in time', async () => {
  const began = performance.now()
  expect((await send(Array<unknown>(100_000).fill(good))).status).toBe(400)
  expect(performance.now() - began).toBeLessThan(10_000)
})

test.each([
  ['two at one place', [good, good]],
  ['far apart', second({ position: [1e6, 0, 0] })],
  ['a long quaternion', second({ quaternion: [1e6, 0, 0, 0] })],
])('cameras %s are taken', async (_, cameras) => {
  expect((await send(cameras)).status).toBe(202)
})

test.each([
  ['of another convention, which look away', [0, 0, 1, 0]],
  ['that turn their backs', [0, 1, 0, 0]],
])('cameras %s are taken with a warning', async (_, quaternion) => {
  const answer = await send(second({ quaternion }))
  expect(answer.status).toBe(202)
  const { warnings } = (await answer.json()) as { warnings: readonly string[] }
  expect(warnings.join()).toContain('see nothing that frame 0 sees')
  const { warnings: none } = (await (await send([good, good])).json()) as { warnings: string[] }
  expect(none.join()).not.toContain('see nothing')
})
