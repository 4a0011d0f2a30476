import { readFile } from 'node:fs/promises'
import { lensFromFov } from '@flashworld/camera'
import { axisAngleQuat, distanceVec, rotateByQuat } from '@flashworld/math'
import { writeGlb, writePly } from '@flashworld/splats'
import { psnr } from 'flashworld/lab'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import {
  knownCamera,
  knownScene,
  knownSize,
  sideColorError,
} from '../../../../test/viewers/known-scene.ts'
import { writeWithSplatTransform } from '../../../../packages/flashworld/src/node/splat-transform.ts'
import { drawOurselves } from '../../../../test/viewers/pictures.ts'
import type { Key, Path } from '../../src/path/path.ts'
import { frameRect, viewIntrinsics } from '../../src/viewport/frame.ts'
import { project } from '../../src/viewport/rays.ts'
import { ksplatOf } from './ksplat.ts'
import type { ViewportPage } from './viewport-page.ts'
import { openViewport } from './viewport-page.ts'

const viewSize = { width: 600, height: 400 }
const size = { width: 704, height: 480 }
const scene = knownScene()

const key = (id: string, position: Key['position'], yaw: number): Key => ({
  id,
  position,
  rotation: axisAngleQuat([0, 1, 0], yaw),
  fovDegrees: 60,
})
const path: Path = {
  keys: [key('a', [0, 0, 0], 0), key('b', [0.35, 0.05, -0.1], 20), key('c', [0.6, 0.1, -0.5], 45)],
  aim: { kind: 'drawn' },
  smooth: true,
  loop: 'off',
}

const collect = async (chunks: AsyncIterable<Uint8Array>) =>
  new Uint8Array(Buffer.concat(await Array.fromAsync(chunks)))

describe.skipIf(await missingBrowser())('the view', () => {
  let view: ViewportPage
  beforeAll(async () => (view = await openViewport(viewSize)))
  afterAll(() => view.close())
  afterEach(async () => {
    await view.call('change', { path, selection: null, mode: 'edit', tool: 'move', playhead: null })
    await view.call('happened')
  })

  /** Where a point of the world stands on the page. */
  const placeOf = async (point: Key['position']) => {
    const pose = await view.call('view')
    const lens = viewIntrinsics(
      lensFromFov(size, pose.fovDegrees),
      frameRect(viewSize, size),
      viewSize,
    )
    return project({ pose, lens, view: viewSize }, point)!
  }
  const drag = async (from: { x: number; y: number }, by: { x: number; y: number }) => {
    await view.page.mouse.move(from.x, from.y)
    await view.page.mouse.down()
    await view.page.mouse.move(from.x + by.x / 2, from.y + by.y / 2)
    await view.page.mouse.move(from.x + by.x, from.y + by.y)
  }
  const happened = async () =>
    (await view.call('happened')).map((one) => ('phase' in one ? one.phase : one.what))
  const keyNow = async (id: string) =>
    (await view.call('state')).path.keys.find((one) => one.id === id)!

  test('dragging a key is one gesture; the key stays under the pointer', async () => {
    await view.call('change', { path, size })
    const from = await placeOf(path.keys[1]!.position)
    await drag(from, { x: 60, y: -30 })
    await view.page.mouse.up()
    expect(await happened()).toEqual([
      'select',
      'announce',
      'start',
      'path',
      'path',
      'end',
      'announce',
    ])
    const to = await placeOf((await keyNow('b')).position)
    expect(Math.hypot(to.x - from.x - 60, to.y - from.y + 30)).toBeLessThan(0.5)
    expect((await view.call('state')).selection).toEqual({ kind: 'key', id: 'b' })
  })

  test('a click selects and edits nothing; Escape undoes a drag', async () => {
    await view.page.waitForTimeout(300) // until the path that was put back is drawn
    const from = await placeOf(path.keys[2]!.position)
    await view.page.mouse.click(from.x, from.y)
    expect(await happened()).toEqual(['select', 'announce'])
    await view.call('change', { tool: 'draw' })
    await view.call('change', { tool: 'pick', selection: null })
    await view.call('change', { tool: 'move' })
    await drag(from, { x: 30, y: 10 })
    await view.page.keyboard.press('Escape')
    await view.page.mouse.up()
    expect((await happened()).at(-1)).toBe('cancel')
  })

  test('the gizmo moves a key along an axis, and the whole path, each in one gesture', async () => {
    await view.call('change', { selection: { kind: 'key', id: 'b' } })
    await view.page.waitForTimeout(300)
    const at = await placeOf(path.keys[1]!.position)
    const up = await placeOf([0.35, 0.35, -0.1])
    const along = Math.hypot(up.x - at.x, up.y - at.y)
    const handle = {
      x: at.x + ((up.x - at.x) * 50) / along,
      y: at.y + ((up.y - at.y) * 50) / along,
    }
    await view.page.mouse.move(handle.x, handle.y)
    await view.page.waitForTimeout(200)
    await drag(handle, { x: 0, y: -40 })
    await view.page.mouse.up()
    const what = await happened()
    expect([what[0], what.at(-1)]).toEqual(['start', 'end'])
    const { position } = await keyNow('b')
    expect(position[1]).toBeGreaterThan(0.1)
    expect([position[0], position[2]]).toEqual([0.35, -0.1].map((v) => expect.closeTo(v, 6)))
  })

  test('a stroke is handed on as points of the world, a picked point as where the world is', async () => {
    await view.call('change', { tool: 'draw' })
    await drag({ x: 200, y: 200 }, { x: 120, y: 60 })
    await view.page.mouse.up()
    expect(await happened()).toEqual(['start', 'stroke', 'end', 'announce'])
    await view.call('change', { tool: 'pick' })
    await view.page.mouse.click(320, 190)
    expect(await happened()).toEqual(['pick', 'announce'])
  })

  test('keys fly only in the view; Space sets a key, Comma and Period go through them', async () => {
    await view.page.evaluate(() => document.getElementById('view')!.focus())
    const before = await view.call('view')
    await view.page.keyboard.down('KeyW')
    await view.page.waitForTimeout(400)
    await view.page.keyboard.up('KeyW')
    const after = await view.call('view')
    expect(distanceVec(after.position, before.position)).toBeGreaterThan(0.02)
    await view.page.keyboard.press('Space')
    expect((await view.call('state')).path.keys.at(-1)!.position).toEqual(after.position)
    expect(await happened()).toEqual(['start', 'record', 'announce', 'end'])
    await view.page.keyboard.press('Period')
    expect((await view.call('state')).selection).toEqual({ kind: 'key', id: 'a' })
  })

  test('orbits, and goes on from the frame that is looked through', async () => {
    await view.call('change', { playhead: 0 })
    expect((await view.call('view')).position).toEqual([0, 0, 0])
    await drag({ x: 40, y: 60 }, { x: 80, y: 0 })
    await view.page.mouse.up()
    expect(await happened()).toContain('leave-frame')
    const { position, rotation } = await view.call('view')
    // around what is ahead: that stays in the middle of the view, and the horizon level
    expect(position[0]).toBeLessThan(-0.2)
    expect(rotateByQuat(rotation, [1, 0, 0])[1]).toBeCloseTo(0, 8)
  })

  test.each([
    ['scene.ply', () => writePly(scene)],
    ['scene.glb', () => writeGlb(scene)],
  ])('shows a %s exactly as the library renders it, the right way up', async (name, write) => {
    view.files.set(name, await collect(write()))
    await view.call('world', name)
    const [pixels] = await view.call('pictures', [knownCamera], knownSize)
    const picture = { ...knownSize, rgba: new Uint8ClampedArray(Buffer.from(pixels!, 'base64')) }
    const ours = await drawOurselves(scene, { camera: knownCamera, size: knownSize })
    process.stdout.write(`the view's ${name}: ${psnr(picture, ours).toFixed(1)} dB\n`)
    expect(psnr(picture, ours)).toBeGreaterThan(40)
    expect(sideColorError(picture)).toBeLessThan(0.12)
  })

  test('what stands in the frame on the page is the picture of its camera', async () => {
    const lens = lensFromFov(knownSize, 60)
    const looking = { position: [0.1, -0.05, 0.1], rotation: axisAngleQuat([0, 1, 0], 5) } as const
    const empty = { ...path, keys: [] }
    await view.call('change', { size: knownSize, path: empty, theme: 'light' })
    await view.call('lookFrom', { ...looking, fovDegrees: 60 })
    await view.page.waitForTimeout(2500)
    const frame = frameRect(viewSize, knownSize)
    const shot = await sharp(await view.page.screenshot())
      .extract({
        left: Math.round(frame.left),
        top: Math.round(frame.top),
        width: Math.round(frame.width),
        height: Math.round(frame.height),
      })
      .resize(knownSize.width, knownSize.height, { fit: 'fill' })
      .ensureAlpha()
      .raw()
      .toBuffer()
    const ours = await drawOurselves(scene, { camera: { ...looking, ...lens }, size: knownSize }, [
      0xe6 / 255,
      0xe9 / 255,
      0xee / 255,
    ])
    const seen = { ...knownSize, rgba: new Uint8ClampedArray(shot) }
    process.stdout.write(`the view's frame on the page: ${psnr(seen, ours).toFixed(1)} dB\n`)
    // the grid, and the resampling
    expect(psnr(seen, ours)).toBeGreaterThan(24)
  })

  test('a world stands where its origin is said to stand, and its depth is known', async () => {
    view.files.set('moved.ply', await collect(writePly(scene)))
    await view.call('world', 'moved.ply', { position: [0, 0, 1], rotation: [1, 0, 0, 0] })
    const camera = { ...lensFromFov(knownSize, 60), rotation: [1, 0, 0, 0] } as const
    const at = await view.call('depthAt', { ...camera, position: [0, 0.85, 0] })
    expect(at).toBeGreaterThan(1.55)
    expect(at).toBeLessThan(2)
    expect(await view.call('depthAt', { ...camera, position: [0, 6, 0] })).toBeNull()
  })

  test.each(['sog', 'ksplat'])('what only Spark reads stands upright too: .%s', async (ending) => {
    const coarse = knownScene({ perSide: 60, size: 3 })
    const file =
      ending === 'sog'
        ? await writeWithSplatTransform(coarse, {
            output: '.sog',
            axes: 'RDF',
            camera: knownCamera,
          })
        : ksplatOf(coarse)
    view.files.set(`coarse.${ending}`, file)
    await view.call('world', `coarse.${ending}`)
    const [pixels] = await view.call('pictures', [knownCamera], knownSize)
    const rgba = new Uint8ClampedArray(Buffer.from(pixels!, 'base64'))
    expect(sideColorError({ ...knownSize, rgba })).toBeLessThan(0.2)
    const camera = { ...lensFromFov(knownSize, 60), rotation: [1, 0, 0, 0] } as const
    const depth = await view.call('depthAt', { ...camera, position: [0, 0.85, 0] })
    expect(depth).toBeGreaterThan(2.4)
    expect(depth).toBeLessThan(3.7)
  })

  test('entered with a headset, one stands at the first camera and walks by the sticks', async () => {
    view.files.set('known.ply', await collect(writePly(scene)))
    await view.call('world', 'known.ply')
    await view.call('change', { path })
    await view.call('enterVr')
    await view.call('push', 'left', 0, -1, 4000)
    await view.call('leaveVr')
    const ahead = async () => -(await view.call('view')).position[2]
    await expect.poll(ahead).toBeGreaterThan(0.01)
    // straight ahead from the first camera, no faster than one walks; three.js tells of the left eye
    const { position } = await view.call('view')
    expect(Math.abs(position[0])).toBeLessThan(0.01)
    expect(position[1]).toBeCloseTo(0, 3)
    expect(await ahead()).toBeLessThan(3)
    // and the page draws again
    const camera = { ...lensFromFov(knownSize, 60), rotation: [1, 0, 0, 0] } as const
    expect(await view.call('depthAt', { ...camera, position: [0, 0.85, 0] })).not.toBeNull()
    const pictures = await view.call('pictures', [knownCamera], knownSize)
    const rgba = new Uint8ClampedArray(Buffer.from(pictures[0]!, 'base64'))
    expect(sideColorError({ ...knownSize, rgba })).toBeLessThan(0.2)
  })

  test('a photograph stands in its frame, exactly in its place', async () => {
    await view.call('change', { world: null, size, path, theme: 'dark' })
    const file = await readFile('assets/examples/photograph.png')
    view.files.set('photograph.png', file)
    await view.call('photograph', 'photograph.png', size)
    await view.page.waitForTimeout(500)
    const camera = {
      position: [0, 0, 0],
      rotation: [1, 0, 0, 0],
      ...lensFromFov(size, 60),
    } as const
    const small = { width: 176, height: 120 }
    const expected = await sharp(file)
      .resize(176, 120, { fit: 'fill' })
      .ensureAlpha()
      .raw()
      .toBuffer()
    let decibels = 0
    const compare = async () => {
      const [pixels] = await view.call('pictures', [camera], small)
      const picture = { ...small, rgba: new Uint8ClampedArray(Buffer.from(pixels!, 'base64')) }
      return (decibels = psnr(picture, { ...small, rgba: new Uint8ClampedArray(expected) }))
    }
    // 37.5; a border that is half as bright over one pixel would leave 25
    await expect.poll(compare).toBeGreaterThan(35)
    process.stdout.write(`the photograph in its frame: ${decibels.toFixed(1)} dB\n`)
  })

  test('a file that is no world is an error, and what was shown stays', async () => {
    view.files.set('broken.ply', new TextEncoder().encode('ply\nformat nonsense'))
    await expect(view.call('world', 'broken.ply')).rejects.toThrow(/ply/i)
  })
})
