import { expect, test } from 'vitest'
import { createDeviceMemory } from './device-memory.ts'
import type { Stretch } from './stretch.ts'

const MiB = 2 ** 20

/** Memory over buffers that are nothing but their sizes. */
function memoryOfSizes() {
  const buffers = new Set<{ size: number }>()
  const asked = { submits: 0 }
  const memory = createDeviceMemory({
    largest: 2 ** 31,
    create(size) {
      const buffer = { size, destroy: () => void buffers.delete(buffer) }
      buffers.add(buffer)
      return buffer as unknown as GPUBuffer
    },
    submit: () => void asked.submits++,
  })
  return { buffers, asked, memory }
}

const together = new Set<GPUBuffer>()

test('what is free beside each other grows together, and serves larger and smaller tensors alike', () => {
  const { buffers, memory } = memoryOfSizes()
  const whole = memory.take(9 * MiB, together)
  memory.give(whole)
  const parts = [3, 2, 4].map((size) => memory.take(size * MiB, together))
  expect(parts.map(({ offset }) => offset / MiB)).toEqual([0, 3, 5])
  for (const part of [parts[0]!, parts[2]!, parts[1]!]) memory.give(part)
  expect(memory.take(9 * MiB, together)).toEqual(whole)
  expect(buffers.size).toBe(1)
})

test('the smallest place that is large enough is taken', () => {
  const { memory } = memoryOfSizes()
  const [large, fitting] = [8, 3].map((size) => memory.take(size * MiB, together))
  memory.give(large!)
  memory.give(fitting!)
  expect(memory.take(2 * MiB, together).buffer).toBe(fitting!.buffer)
})

test('what one operation uses is kept in buffers of its own', () => {
  const { buffers, memory } = memoryOfSizes()
  const x = memory.take(8 * MiB, together)
  memory.give(x)
  const input = memory.take(MiB, together)
  expect(input.buffer).toBe(x.buffer)
  const output = memory.take(MiB, new Set([input.buffer]))
  expect(output.buffer).not.toBe(input.buffer)
  expect(buffers.size).toBe(2)
})

test('free buffers that are too small make room for a larger one, those in use stay', () => {
  const { buffers, asked, memory } = memoryOfSizes()
  const [a, b, inUse] = [4, 6, 5].map((size) => memory.take(size * MiB, together))
  memory.give(a!)
  memory.give(b!)
  const { submits } = asked
  const large = memory.take(7 * MiB, together)
  expect(asked.submits).toBe(submits + 1) // recorded work may name what is destroyed
  expect([...buffers]).toEqual([inUse!.buffer, large.buffer])
  expect(memory.peakBytes).toBe(15 * MiB)
})

test('a small tensor makes no room for itself', () => {
  const { buffers, asked, memory } = memoryOfSizes()
  memory.give(memory.take(256, together))
  memory.take(512, together)
  expect(buffers.size).toBe(2)
  expect(asked.submits).toBe(0)
})

test('over any course of taking and giving nothing overlaps, and all of it comes back', () => {
  const { buffers, memory } = memoryOfSizes()
  let word = 1
  const next = () => (word = (Math.imul(word, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const live: Stretch[] = []
  for (let i = 0; i < 3000; i++) {
    if (live.length > 0 && next() < 0.45) {
      memory.give(live.splice(Math.floor(next() * live.length), 1)[0]!)
      continue
    }
    const apart = new Set(live.slice(-3).map(({ buffer }) => buffer))
    const taken = memory.take(1 + Math.floor(next() ** 4 * 40 * MiB), apart)
    expect(apart.has(taken.buffer)).toBe(false)
    expect(taken.offset % 256).toBe(0)
    expect(taken.offset + taken.size).toBeLessThanOrEqual(taken.buffer.size)
    const beside = live.filter(({ buffer }) => buffer === taken.buffer)
    for (const { offset, size } of beside)
      expect(offset + size <= taken.offset || taken.offset + taken.size <= offset).toBe(true)
    live.push(taken)
  }
  for (const stretch of live) memory.give(stretch)
  memory.trim()
  expect(buffers.size).toBe(0)
})
