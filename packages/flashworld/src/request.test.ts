import { expect, test } from 'vitest'
import { errorCode } from './errors.ts'
import { checkRequest } from './request.ts'

const defaults = { resolution: [12, 128, 192], path: 'orbit-left', lookDown: 12 } as const
const check = (request: unknown) => checkRequest(request, defaults)
const codeOf = (request: unknown) => {
  try {
    check(request)
  } catch (error) {
    return errorCode(error)
  }
  return 'accepted'
}

test('a prompt alone is a request; the rest has defaults', () => {
  const request = check({ prompt: 'a red house' })
  expect(request).toMatchObject({
    prompt: 'a red house',
    imageIndex: 0,
    resolution: [12, 128, 192],
    path: 'orbit-left',
    lookDown: 12,
  })
  expect(request.image).toBeUndefined()
  expect(Number.isInteger(request.seed)).toBe(true)
})

test('the published names are accepted as they are', () => {
  const camera = {
    position: [0, 0, 0],
    quaternion: [1, 0, 0, 0],
    fx: 352,
    fy: 352,
    cx: 352,
    cy: 240,
  }
  const cameras = [camera, camera]
  const request = check({
    image_prompt: 'data:image/png;base64,AQID',
    text_prompt: 'x',
    image_index: 3,
    resolution: [24, 480, 704],
    cameras,
  })
  expect(request).toMatchObject({ prompt: 'x', imageIndex: 3, resolution: [24, 480, 704], cameras })
  expect(request.image).toEqual(Uint8Array.of(1, 2, 3))
  expect(check({ text_prompt: 'x', image_prompt: null }).image).toBeUndefined()
})

test.each([
  [{}, 'request/empty'],
  [{ prompt: '   ' }, 'request/empty'],
  [null, 'request/invalid'],
  [[], 'request/invalid'],
  [{ prompt: 7 }, 'request/invalid'],
  [{ promt: 'x' }, 'request/invalid'],
  [{ prompt: 'x', seed: -1 }, 'request/invalid'],
  [{ prompt: 'x', seed: 0.5 }, 'request/invalid'],
  [{ prompt: 'x', imageIndex: 12 }, 'request/invalid'],
  [{ prompt: 'x', imageIndex: -1 }, 'request/invalid'],
  [{ prompt: 'x', cameras: {}, path: 'arc' }, 'request/invalid'],
  [{ prompt: 'x', cameras: [1, 2], path: 'arc' }, 'request/invalid'],
  [{ prompt: 'x', path: 'arc' }, 'camera/template'],
  [{ prompt: 'x', lookDown: 90 }, 'request/invalid'],
  [{ prompt: 'x', lookDown: NaN }, 'request/invalid'],
  [{ prompt: 'x', cameras: [{}, {}], lookDown: 3 }, 'request/invalid'],
  [{ prompt: 'x', cameras: [{}, {}] }, 'camera/format'],
  [{ prompt: 'x'.repeat(20_000) }, 'request/invalid'],
  [{ prompt: 'x', image: '/etc/passwd.png' }, 'image/unreadable'],
  [{ prompt: 'x', resolution: [12, 128] }, 'request/invalid'],
  [{ prompt: 'x', resolution: [0, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [1, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [100_000, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, 100, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, 128, 4096] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [128, 2048, 2048] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, NaN, 192] }, 'request/invalid'],
])('refuses %j', (request, code) => {
  expect(codeOf(request)).toBe(code)
})
