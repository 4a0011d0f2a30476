import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import { createHeap } from './heap.ts'

const base = 256

test('blocks never overlap, lie at multiples of 64, and become one again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(40_000), fc.boolean()), { minLength: 1, maxLength: 60 }),
      (steps) => {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1024 })
        const heap = createHeap(memory, base)
        const live: { start: number; end: number }[] = []
        for (const [bytes, free] of steps) {
          if (free && live.length > 0) heap.free(live.splice(bytes % live.length, 1)[0]!.start)
          const start = heap.allocate(bytes)
          const block = { start, end: start + bytes }
          expect(start % 64).toBe(0)
          expect(start).toBeGreaterThanOrEqual(base)
          expect(block.end).toBeLessThanOrEqual(memory.buffer.byteLength)
          for (const other of live)
            expect(block.start >= other.end || block.end <= other.start).toBe(true)
          live.push(block)
        }
        const { highWater } = heap
        for (const { start } of live) heap.free(start)
        expect(heap.allocate(highWater)).toBe(base)
        expect(heap.highWater).toBe(highWater)
      },
    ),
  )
})

test('the smallest block that fits is taken', () => {
  const heap = createHeap(new WebAssembly.Memory({ initial: 1, maximum: 1024 }), base)
  const [large, , small] = [1000, 64, 200, 64].map((bytes) => heap.allocate(bytes))
  heap.free(large!)
  heap.free(small!)
  expect(heap.allocate(180)).toBe(small)
  expect(heap.allocate(180)).toBe(large)
})

test('what does not fit is an error, and leaves the heap as it was', () => {
  const heap = createHeap(new WebAssembly.Memory({ initial: 1, maximum: 4 }), base)
  const kept = heap.allocate(1000)
  expect(() => heap.allocate(5 * 65536)).toThrow(EngineError)
  expect(() => heap.allocate(5 * 65536)).toThrow('cannot grow')
  heap.free(kept)
  expect(heap.allocate(3 * 65536)).toBe(base)
})

test('freeing what is not allocated is an error', () => {
  const heap = createHeap(new WebAssembly.Memory({ initial: 1, maximum: 1024 }), base)
  const address = heap.allocate(1)
  heap.free(address)
  expect(() => heap.free(address)).toThrow('expected an allocated address')
})
