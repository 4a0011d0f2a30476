import { lensFromFov } from '@flashworld/camera'
import { expect, test } from 'vitest'
import { frameRect, projectionOf, viewIntrinsics } from './frame.ts'

const picture = { width: 704, height: 480 }

test('the frame has the shape of the picture, and fits in the middle of the view', () => {
  for (const view of [
    { width: 900, height: 600 },
    { width: 360, height: 700 },
  ]) {
    const frame = frameRect(view, picture)
    expect(frame.width / frame.height).toBeCloseTo(704 / 480, 10)
    expect(frame.left).toBeCloseTo(view.width - frame.left - frame.width, 10)
    expect(frame.top).toBeCloseTo(view.height - frame.top - frame.height, 10)
    expect(Math.min(frame.left / view.width, frame.top / view.height)).toBeCloseTo(0.06, 10)
  }
})

test('what the lens sees at the corners of its picture stands at the corners of the frame', () => {
  const view = { width: 900, height: 600 }
  const lens = { ...lensFromFov(picture, 55), cx: 0.4, cy: 0.7 }
  const frame = frameRect(view, picture)
  const m = projectionOf(viewIntrinsics(lens, frame, view))
  const place = ([x, y, z]: readonly [number, number, number]) => {
    const row = (i: number) => m[i * 4]! * x + m[i * 4 + 1]! * y + m[i * 4 + 2]! * z + m[i * 4 + 3]!
    return [(row(0) / row(3) / 2 + 0.5) * view.width, (0.5 - row(1) / row(3) / 2) * view.height]
  }
  const [left, top] = place([-lens.cx / lens.fx, lens.cy / lens.fy, -1])
  expect(left).toBeCloseTo(frame.left, 8)
  expect(top).toBeCloseTo(frame.top, 8)
  const [right, bottom] = place([(1 - lens.cx) / lens.fx, -(1 - lens.cy) / lens.fy, -1])
  expect(right).toBeCloseTo(frame.left + frame.width, 8)
  expect(bottom).toBeCloseTo(frame.top + frame.height, 8)
})
