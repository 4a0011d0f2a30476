import { readFile } from 'node:fs/promises'
import type { CameraJson } from '@flashworld/camera'
import { camerasFromJson, lensInPixels, templatePath } from '@flashworld/camera'
import { describe, expect, test } from 'vitest'
import { imagesOf, requestContext, smallDefaults } from '../test/requests.ts'
import { anchorCameras } from './anchor-cameras.ts'
import { errorCode } from './errors.ts'
import { nodeImages } from './node/image.ts'
import { attachImage, checkRequest, detachImage } from './request.ts'
import { parseRequest } from './request-schema.ts'

const check = (request: unknown, images = requestContext.images) =>
  checkRequest(request, { ...requestContext, images })

const failureOf = (request: unknown): Promise<Error | undefined> =>
  check(request).then(
    () => undefined,
    (error: unknown) => error as Error,
  )

const camera: CameraJson = {
  position: [0, 0, 0],
  quaternion: [1, 0, 0, 0],
  fx: 160,
  fy: 160,
  cx: 96,
  cy: 64,
}
const cameras = [camera, { ...camera, position: [0, 0, -0.5] }] as const

test('a prompt alone is a request; the rest has defaults', async () => {
  const request = await check({ prompt: 'a red house' })
  expect(request).toMatchObject({
    prompt: 'a red house',
    image: null,
    imageIndex: 0,
    resolution: [12, 128, 192],
    path: 'orbit-left',
    lookDown: 12,
    model: 'mini',
    precision: null,
    warnings: [],
  })
  expect(request.cameras).toHaveLength(12)
  expect(Number.isInteger(request.seed)).toBe(true)
})

test('the published names are accepted as they are, those of the page too', async () => {
  const published = {
    image_prompt: 'data:image/png;base64,AQID',
    text_prompt: 'x',
    image_index: 3,
    resolution: [24, 128, 192],
    cameras,
  }
  const request = await check(published)
  expect(request).toMatchObject({
    prompt: 'x',
    imageIndex: 3,
    path: null,
    image: { base64: 'AQID' },
  })
  expect(request.cameras).toHaveLength(24)
  const {
    text_prompt: textPrompt,
    image_prompt: imagePrompt,
    image_index: imageIndex,
    ...rest
  } = published
  expect((await check({ textPrompt, imagePrompt, imageIndex, ...rest })).digest).toBe(
    request.digest,
  )
  expect((await check({ text_prompt: 'x', image_prompt: null })).image).toBeNull()
  expect((await check({ text_prompt: 'x', image_prompt: '' })).image).toBeNull()
})

test('what was checked is plain JSON: it goes through a clone and through text and is the same', async () => {
  for (const request of [
    await check({ prompt: 'x', image: Uint8Array.of(1, 2, 3), seed: 3 }),
    await check({ prompt: 'x', cameras, precision: 'f16', model: 'mini' }),
  ]) {
    expect(structuredClone(request)).toEqual(request)
    expect(JSON.parse(JSON.stringify(request))).toEqual(request)
  }
})

test('a photograph can be kept apart from its request', async () => {
  const checked = await check({ image: 'AQID' })
  const { request, image } = detachImage(checked)
  expect(image).toEqual(Uint8Array.of(1, 2, 3))
  expect(JSON.stringify(request)).not.toContain('AQID')
  expect(attachImage(request, image)).toEqual(checked)
  const without = await check({ prompt: 'x' })
  expect(detachImage(without)).toEqual({ request: without, image: undefined })
  expect(attachImage(without, undefined)).toBe(without)
})

test('a photograph is bytes, base64 or a data URL, all one wish', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i)
  const base64 = Buffer.from(bytes).toString('base64')
  const forms = [
    bytes,
    base64,
    `data:image/jpeg;base64,${base64}`,
    base64.replace(/.{76}/g, '$&\n'),
  ]
  const requests = await Promise.all(forms.map((image) => check({ image })))
  for (const { image, digest } of requests) {
    expect(image).toEqual(requests[0]!.image)
    expect(image!.base64).toBe(base64)
    expect(digest).toBe(requests[0]!.digest)
  }
})

describe('the digest', () => {
  test('is that of the wish: not of its seed, nor of the form it came in', async () => {
    const digest = async (request: unknown) => (await check(request)).digest
    const image = Uint8Array.of(1, 2, 3)
    const first = await digest({ prompt: 'x', image, seed: 1 })
    expect(await digest({ text_prompt: 'x', image_prompt: 'AQID', path: 'orbit-left' })).toBe(first)
    for (const other of [
      { prompt: 'y', image },
      { prompt: 'x' },
      { prompt: 'x', image: Uint8Array.of(1, 2, 4) },
      { prompt: 'x', image, path: 'spiral' },
      { prompt: 'x', image, lookDown: 3 },
      { prompt: 'x', image, imageIndex: 1 },
      { prompt: 'x', image, resolution: [12, 192, 128] },
      { prompt: 'x', image, precision: 'f32' },
    ]) {
      expect(await digest(other)).not.toBe(first)
    }
  })

  test('is the same for our cameras and those of JSON, in pixels of any size', async () => {
    const ours = camerasFromJson(cameras, { resolution: { width: 192, height: 128 } }).cameras
    const twice = cameras.map((c) => ({
      ...c,
      fx: 320,
      fy: 320,
      cx: 192,
      cy: 128,
      width: 384,
      height: 256,
    }))
    const digests = await Promise.all(
      [cameras, ours, twice].map(
        async (list) => (await check({ prompt: 'x', cameras: list })).digest,
      ),
    )
    expect(new Set(digests).size).toBe(1)
    const moved = [camera, { ...camera, position: [0, 0, -0.500001] }]
    expect((await check({ prompt: 'x', cameras: moved })).digest).not.toBe(digests[0])
  })

  test("is the model's too", async () => {
    const of = async (model: string) =>
      (
        await checkRequest(
          { prompt: 'x' },
          { ...requestContext, defaults: { ...smallDefaults, model } },
        )
      ).digest
    expect(await of('other')).not.toBe(await of('mini'))
  })
})

test.each([
  [{}, 'request/empty'],
  [{ prompt: '   ' }, 'request/empty'],
  [null, 'request/invalid'],
  [[], 'request/invalid'],
  ['x', 'request/invalid'],
  [{ prompt: 7 }, 'request/invalid'],
  [{ promt: 'x' }, 'request/invalid'],
  [{ prompt: 'x', text_prompt: 'y' }, 'request/invalid'],
  [{ prompt: 'x', seed: -1 }, 'request/invalid'],
  [{ prompt: 'x', seed: 0.5 }, 'request/invalid'],
  [{ prompt: 'x', seed: 2 ** 53 }, 'request/invalid'],
  [{ prompt: 'x', imageIndex: 12 }, 'request/invalid'],
  [{ prompt: 'x', imageIndex: -1 }, 'request/invalid'],
  [{ prompt: 'x', cameras: {}, path: 'arc' }, 'request/invalid'],
  [{ prompt: 'x', cameras, path: 'arc' }, 'request/invalid'],
  [{ prompt: 'x', path: 'arc' }, 'camera/template'],
  [{ prompt: 'x', lookDown: 90 }, 'request/invalid'],
  [{ prompt: 'x', lookDown: NaN }, 'request/invalid'],
  [{ prompt: 'x', cameras, lookDown: 3 }, 'request/invalid'],
  [{ prompt: 'x', cameras: [{}, {}] }, 'request/invalid'],
  [{ prompt: 'x', cameras: [camera] }, 'request/invalid'],
  [{ prompt: 'x', cameras: Array(5000).fill(camera) }, 'request/invalid'],
  [{ prompt: 'x', cameras: [camera, { ...camera, roll: 1 }] }, 'request/invalid'],
  [{ prompt: 'x', cameras: [camera, { ...camera, position: [NaN, 0, 0] }] }, 'request/invalid'],
  [{ prompt: 'x', cameras: [camera, { rotation: 1, size: null }] }, 'request/invalid'],
  [{ prompt: 'x', cameras: [camera, { ...camera, position: [1e9, 0, 0] }] }, 'camera/value'],
  [{ prompt: 'x', cameras: [camera, { ...camera, quaternion: [0, 0, 0, 0] }] }, 'camera/value'],
  [{ prompt: 'x'.repeat(20_000) }, 'request/invalid'],
  [{ prompt: 'x', image: '/etc/passwd.png' }, 'image/unreadable'],
  [{ prompt: 'x', model: '../other' }, 'request/invalid'],
  [{ prompt: 'x', model: 'other' }, 'request/model'],
  [{ prompt: 'x', precision: 'f8' }, 'request/invalid'],
  [{ prompt: 'x', resolution: [12, 128] }, 'request/invalid'],
  [{ prompt: 'x', resolution: [0, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [1, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [100_000, 128, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, 100, 192] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, 128, 4096] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [128, 2048, 2048] }, 'request/resolution'],
  [{ prompt: 'x', resolution: [12, NaN, 192] }, 'request/invalid'],
])('refuses %j', async (request, code) => {
  expect(errorCode(await failureOf(request))).toBe(code)
})

test('a field that nobody knows is named, with the one that was meant', async () => {
  expect((await failureOf({ promt: 'x' }))!.message).toBe(
    "request: expected no field 'promt'; did you mean prompt?",
  )
  expect((await failureOf({ text_promt: 'x' }))!.message).toContain('did you mean text_prompt?')
  expect(
    (await failureOf({ prompt: 'x', cameras: [camera, { ...camera, heigth: 1 }] }))!.message,
  ).toBe("request: cameras.1: expected no field 'heigth'; did you mean height?")
})

describe('the pictures that pixels belong to', () => {
  const lensOf = async (request: object, images = requestContext.images) => {
    const [first] = (await check({ prompt: 'x', ...request }, images)).cameras
    expect(first!.size).toEqual({ width: 192, height: 128 })
    return lensInPixels(first!)
  }

  test("without a photograph they are the output's", async () => {
    expect(await lensOf({ cameras })).toMatchObject({ fx: 160, fy: 160, cx: 96, cy: 64 })
  })

  test('a camera may name its own; the middle of it is seen', async () => {
    const own = { ...camera, fx: 512, fy: 512, cx: 256, cy: 192, width: 512, height: 384 }
    // 512 x 384 covers 192 x 128 at 3/8
    expect(await lensOf({ cameras: [own, own] })).toMatchObject({
      fx: 192,
      fy: 192,
      cx: 96,
      cy: 64,
    })
  })

  test("with a photograph they are the photograph's, and follow its crop", async () => {
    const photograph = imagesOf({ width: 400, height: 400 })
    const own = { ...camera, fx: 400, fy: 400, cx: 210, cy: 190 }
    const request = { image: 'AQID', cameras: [own, own], resolution: [12, 128, 192] }
    const { fx, fy, cx, cy } = await lensOf(request, photograph)
    // 400 x 266 of it from (0, 67), made smaller by 0.48
    expect([fx, fy, cx]).toEqual([
      expect.closeTo(192, 9),
      expect.closeTo(192, 9),
      expect.closeTo(100.8, 9),
    ])
    expect(cy).toBeCloseTo((190 - 67) * 0.48, 9)
  })

  test('intrinsics that are shares of the sides are read as such, and said so', async () => {
    const text = await readFile('packages/flashworld/test/requests/normalized.json', 'utf8')
    const request = await check(JSON.parse(text))
    expect(lensInPixels(request.cameras[0]!).fx).toBeCloseTo(0.83 * 192, 9)
    expect(request.warnings).toMatchObject([
      { code: 'camera/assumed', message: expect.stringContaining('shares') as string },
    ])
  })

  test('anchored cameras keep their views when image and resolution are exchanged', async () => {
    const request = parseRequest({ prompt: 'x', cameras, resolution: [12, 128, 192] })
    const anchored = await anchorCameras(request, requestContext.images)
    const smaller = await check({ ...anchored, resolution: [12, 64, 96] })
    expect(lensInPixels(smaller.cameras[0]!)).toMatchObject({ fx: 80, fy: 80, cx: 48, cy: 32 })
    const ofPhotograph = parseRequest({
      image: 'AQID',
      cameras: [camera, camera],
      resolution: [12, 64, 64],
    })
    const large = await anchorCameras(ofPhotograph, imagesOf({ width: 384, height: 256 }))
    const other = await check(
      { ...large, image: 'AQIE', resolution: [12, 64, 96] },
      imagesOf({ width: 90, height: 60 }),
    )
    expect(lensInPixels(other.cameras[0]!)).toMatchObject({ fx: 40, fy: 40, cx: 24, cy: 16 })
  })
})

test.each([
  [{ width: 300, height: 200 }, [12, 128, 192]],
  [{ width: 3000, height: 4000 }, [12, 192, 128]],
  [{ width: 500, height: 480 }, [12, 160, 160]],
])('a photograph of %j makes a scene of %j', async (size, resolution) => {
  expect((await check({ image: 'AQID' }, imagesOf(size))).resolution).toEqual(resolution)
  const asked = [8, 64, 64]
  expect((await check({ image: 'AQID', resolution: asked }, imagesOf(size))).resolution).toEqual(
    asked,
  )
})

test('a photograph that is none is refused by the check', async () => {
  const image = new TextEncoder().encode('hello')
  await expect(check({ image }, nodeImages)).rejects.toMatchObject({ code: 'image/unreadable' })
})

describe('said before the work', () => {
  const codes = async (request: object, images = requestContext.images) =>
    (await check({ prompt: 'x', ...request }, images)).warnings.map(({ code }) => code)

  test('a size that the model was not trained on, and how much more work it is', async () => {
    expect(await codes({ resolution: [24, 160, 160] })).toEqual([])
    expect(await codes({ resolution: [25, 160, 160] })).toEqual(['request/untrained'])
    const { warnings } = await check({ prompt: 'x', resolution: [24, 480, 704] })
    expect(warnings[0]!.message).toContain("'mini' was trained on 8 to 24 frames of 128 x 192")
    expect(warnings[0]!.message).toContain('28 times the work of 12 x 128 x 192')
  })

  test('cameras that share no view with the first', async () => {
    expect(await codes({ path: 'pan-left:90' })).toEqual(['camera/disjoint'])
    for (const path of ['pan-left:30', 'orbit-left:360', 'dolly-forward', 'spiral'])
      expect(await codes({ path })).toEqual([])
  })

  test('a damaged photograph', async () => {
    const damaged = imagesOf({ width: 192, height: 128 }, ['a bad marker'])
    const { warnings } = await check({ image: 'AQID' }, damaged)
    expect(warnings).toEqual([{ code: 'image/damaged', message: 'image: a bad marker' }])
  })
})

test("our own cameras are those of a request: the template's path by its cameras is the same wish", async () => {
  const size = { width: 192, height: 128 }
  const path = templatePath('orbit-left', { count: 12, size, lookDown: 12 })
  const byTemplate = await check({ prompt: 'x' })
  const byCameras = await check({ prompt: 'x', cameras: path })
  expect(byCameras.path).toBeNull()
  expect(byCameras.digest).toBe(byTemplate.digest)
})
