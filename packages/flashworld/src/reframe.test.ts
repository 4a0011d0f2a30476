import { expect, test } from 'vitest'
import { reframe } from './reframe.ts'

const camera = {
  rotation: [1, 0, 0, 0],
  position: [1, 2, 3],
  fx: 0.8,
  fy: 1.2,
  cx: 0.4,
  cy: 0.6,
} as const

test('a picture of the same shape shows the same', () => {
  const [same] = reframe([camera], { width: 60, height: 40 }, { width: 240, height: 160 })
  expect(same).toMatchObject({ rotation: camera.rotation, position: camera.position })
  for (const key of ['fx', 'fy', 'cx', 'cy'] as const)
    expect(same![key]).toBeCloseTo(camera[key], 12)
})

test.each([[{ width: 90, height: 40 }], [{ width: 60, height: 60 }]])(
  'another shape shows the middle, with square pixels: %j',
  (to) => {
    const from = { width: 60, height: 40 }
    const [cut] = reframe([camera], from, to)
    expect(cut!.fx * to.width).toBeCloseTo(cut!.fy * to.height, 10)
    // slopes of what is seen at the four sides: none beyond those of the old picture, two of them the same
    const sides = ({ fx, fy, cx, cy }: typeof cut & object) => [
      -cx / fx,
      (1 - cx) / fx,
      -cy / fy,
      (1 - cy) / fy,
    ]
    const [before, after] = [sides(camera), sides(cut!)]
    const kept = after.filter((slope, i) => Math.abs(slope - before[i]!) < 1e-12)
    expect(kept).toHaveLength(2)
    after.forEach((slope, i) =>
      expect(Math.abs(slope)).toBeLessThanOrEqual(Math.abs(before[i]!) + 1e-12),
    )
  },
)
