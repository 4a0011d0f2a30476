import { expect, test } from 'vitest'
import { createNoise, philox } from './random.ts'

test('philox 4x32-10 gives the known answers of its authors', () => {
  const out = new Uint32Array(4)
  philox(out, [0, 0, 0, 0], [0, 0])
  expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
  philox(out, [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])
  expect([...out]).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd])
  philox(out, [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])
  expect([...out]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1])
})

test('noise is standard normal, seeded, and new at each call', () => {
  const noise = createNoise(7)
  const first = noise.normal(100_001)
  const mean = first.reduce((s, v) => s + v, 0) / first.length
  const variance = first.reduce((s, v) => s + v * v, 0) / first.length
  expect(Math.abs(mean)).toBeLessThan(0.015) // 4.7 standard errors
  expect(Math.abs(variance - 1)).toBeLessThan(0.025) // 5.6 standard errors
  expect(createNoise(7).normal(100_001)).toEqual(first)
  expect(noise.normal(4)).not.toEqual(first.slice(0, 4))
  expect(createNoise(8).normal(4)).not.toEqual(first.slice(0, 4))
  expect(() => createNoise(-1)).toThrow(RangeError)
})
