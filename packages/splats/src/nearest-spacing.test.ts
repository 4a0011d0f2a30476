import { describe, expect, it } from 'vitest'

import { seeded } from '../test/clouds.ts'
import { nearestSpacing } from './nearest-spacing.ts'

const unhurried = () => Promise.resolve()

/** The obvious way. */
function everyPair(positions: Float32Array): Float32Array {
  const count = positions.length / 3
  return Float32Array.from({ length: count }, (_, a) => {
    let best = Infinity
    for (let b = 0; b < count; b++) {
      const [x, y, z] = [0, 1, 2].map((j) => positions[a * 3 + j]! - positions[b * 3 + j]!)
      const distance = Math.hypot(x!, y!, z!)
      if (distance > 0) best = Math.min(best, distance)
    }
    return best === Infinity ? 0 : best
  })
}

describe('nearestSpacing', () => {
  const random = seeded(5)
  const scattered = Float32Array.from({ length: 900 }, () => random() * 4 - 2)
  // a dense corner far from the rest, and two points in one place
  const uneven = scattered.map((value, j) => (j < 150 ? 100 + value / 1000 : value))
  uneven.copyWithin(600, 603, 606)
  const sheet = scattered.map((value, j) => (j % 3 === 1 ? 0 : value))

  it.each([
    ['scattered points', scattered],
    ['points of very different density', uneven],
    ['a sheet', sheet],
    ['two points', Float32Array.of(0, 0, 0, 3, 4, 0)],
    ['one point', Float32Array.of(1, 2, 3)],
    ['the same point twice', Float32Array.of(1, 2, 3, 1, 2, 3)],
    ['no point', new Float32Array(0)],
  ])('finds the nearest of %s', async (_, positions) => {
    const spacing = await nearestSpacing(positions, unhurried)
    expect([...spacing]).toEqual([...everyPair(positions)].map((d) => expect.closeTo(d, 4)))
  })

  it('passes over points that are not finite', async () => {
    const positions = Float32Array.of(0, 0, 0, NaN, 0, 0, 0, 0, 2, Infinity, 0, 0)
    expect([...(await nearestSpacing(positions, unhurried))]).toEqual([2, 0, 2, 0])
  })
})
