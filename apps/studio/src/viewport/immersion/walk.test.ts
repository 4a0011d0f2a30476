import { axisAngleQuat, distanceVec, IDENTITY_QUAT } from '@flashworld/math'
import { expect, test } from 'vitest'
import { canEnter, watchHeadset } from './support.ts'
import { METRES_PER_UNIT, standAt, sticksOf, Walker } from './walk.ts'

const rest = { left: [0, 0], right: [0, 0] } as const
const head = (position: [number, number, number] = [0, 0, 0], yaw = 0) => ({
  position,
  rotation: axisAngleQuat([0, 1, 0], yaw),
})

test('one begins at the camera in metres, the horizon level', () => {
  const rotation = axisAngleQuat([0, 1, 0], 40)
  const { position, yaw } = standAt({ position: [1, 0.5, -2], rotation })
  expect(METRES_PER_UNIT).toBe(4)
  expect(position).toEqual([4, 2, -8])
  expect(yaw).toBeCloseTo(40, 6)
  const lookingDown = axisAngleQuat([1, 0, 0], -30)
  expect(standAt({ position: [0, 0, 0], rotation: lookingDown }).yaw).toBeCloseTo(0, 6)
})

test('the left stick walks where the head looks, at a person’s pace', () => {
  const walker = new Walker(standAt({ position: [0, 0, 0], rotation: IDENTITY_QUAT }))
  walker.step({ ...rest, left: [0, -1] }, head(), 2)
  expect(walker.stand.position[2]).toBeCloseTo(-3, 6)
  walker.step({ ...rest, left: [0, -1] }, head([0, 0, 0], 90), 2)
  expect(walker.stand.position[0]).toBeCloseTo(-3, 6)
  walker.step({ ...rest, left: [1, 0] }, head(), 2)
  expect(walker.stand.position[0]).toBeCloseTo(0, 6)
  walker.step({ ...rest, right: [0, -1] }, head(), 1)
  expect(walker.stand.position[1]).toBeCloseTo(1.5, 6)
})

test('a stick at rest, though not exactly, moves nothing', () => {
  const walker = new Walker({ position: [0, 0, 0], yaw: 0 })
  walker.step({ left: [0.05, -0.08], right: [0.1, 0.02] }, head(), 10)
  expect(walker.stand).toEqual({ position: [0, 0, 0], yaw: 0 })
})

test('the right stick turns once for each push, about the head', () => {
  const walker = new Walker({ position: [0, 0, 0], yaw: 0 })
  const at = head([0, 0, -2])
  for (let i = 0; i < 5; i++) walker.step({ ...rest, right: [0.9, 0] }, at, 0.01)
  expect(walker.stand.yaw).toBe(-30)
  expect(distanceVec(walker.stand.position, [-1, 0, -2 + Math.sqrt(3)])).toBeCloseTo(0, 6)
  walker.step({ ...rest, right: [0.5, 0] }, at, 0.01)
  walker.step({ ...rest, right: [0.9, 0] }, at, 0.01)
  expect(walker.stand.yaw).toBe(-30)
  walker.step(rest, at, 0.01)
  walker.step({ ...rest, right: [-0.9, 0] }, at, 0.01)
  expect(walker.stand.yaw).toBe(0)
  expect(distanceVec(walker.stand.position, [0, 0, 0])).toBeCloseTo(0, 6)
})

test('thumbsticks are read by hand, behind a touchpad where there is one', () => {
  const source = (handedness: XRHandedness, axes: number[]) => ({
    handedness,
    gamepad: { axes } as unknown as Gamepad,
  })
  expect(sticksOf([source('right', [0, 0, 0.5, 1]), source('left', [0.2, -1])])).toEqual({
    left: [0.2, -1],
    right: [0.5, 1],
  })
  expect(sticksOf([source('none', [1, 1])])).toEqual({ left: [0, 0], right: [0, 0] })
})

test('a world is entered only where the browser says that a headset is there', async () => {
  const xr = (answer: () => Promise<boolean>) =>
    Object.assign(new EventTarget(), { isSessionSupported: answer }) as unknown as XRSystem
  expect(await canEnter(undefined)).toBe(false)
  expect(await canEnter(xr(() => Promise.resolve(false)))).toBe(false)
  expect(await canEnter(xr(() => Promise.reject(new Error('not allowed'))))).toBe(false)
  expect(await canEnter(xr(() => Promise.resolve(true)))).toBe(true)
})

test('a headset that is plugged in later is heard of, until one stops listening', async () => {
  let isThere = false
  let asked = 0
  const xr = Object.assign(new EventTarget(), {
    isSessionSupported: () => Promise.resolve(++asked > 0 && isThere),
  })
  const heard: boolean[] = []
  const stop = watchHeadset((is) => heard.push(is), xr as unknown as XRSystem)
  await new Promise((resolve) => setTimeout(resolve))
  isThere = true
  xr.dispatchEvent(new Event('devicechange'))
  await new Promise((resolve) => setTimeout(resolve))
  stop()
  xr.dispatchEvent(new Event('devicechange'))
  await new Promise((resolve) => setTimeout(resolve))
  expect(heard).toEqual([false, true])
  expect(asked).toBe(2)
})
