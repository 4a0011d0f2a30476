import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDevice } from '../../test/engines.ts'
import type { Engine } from '../index.ts'
import { blend, createWebGpuEngine } from '../index.ts'

const gpu = await testDevice()
const MiB = 2 ** 20

const count = MiB / 4
const numbers = Float32Array.from({ length: count }, (_, i) => i)

describe.skipIf(!gpu)('what is held', () => {
  let engine: Engine
  beforeAll(() => void (engine = createWebGpuEngine(gpu!)))
  afterAll(() => {
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  })

  test('is on the device while it is used, and one takes the place of another', async () => {
    const held = Array.from({ length: 8 }, (_, i) =>
      engine.hold(
        numbers.map((x) => x + i),
        [count],
      ),
    )
    expect(engine.memory.peakBytes).toBe(0)
    const zeros = engine.zeros([count])
    const sums = engine.scope((engine) => {
      let sum = zeros
      for (const x of held) {
        const before = sum
        sum = blend(engine, before, x, { a: 1, b: 1 })
        engine.unload([x])
        if (before !== zeros) engine.release(before)
      }
      return sum
    })
    expect((await engine.read(sums))[5]).toBe(8 * 5 + 28)
    // zeros, two sums, one of the eight
    expect(engine.memory.peakBytes).toBe(4 * MiB)
    expect(engine.memory.broughtBytes).toBe(8 * MiB)
    expect((await engine.read(held[3]!))[5]).toBe(8)
    engine.release([zeros, sums, held])
    await engine.settle()
  })

  test('leaves the device when the work that has the engine ends', async () => {
    const x = engine.hold(numbers, [count])
    const { broughtBytes } = engine.memory
    for (let i = 0; i < 2; i++) {
      using work = engine.use('a test')
      await work.engine.read(x)
      await work.engine.read(x)
    }
    expect(engine.memory.broughtBytes - broughtBytes).toBe(2 * MiB)
    engine.release(x)
  })

  test('halves, words and odd counts come as they were; a freed one is refused', async () => {
    const x = engine.hold(new Uint32Array([1, 2, 3]), [3])
    expect([...(await engine.readWords(x))]).toEqual([1, 2, 3])
    expect(() => engine.hold(new Float32Array(3), [4])).toThrow(RangeError)
    engine.release(x)
    await expect(engine.readWords(x)).rejects.toMatchObject({ code: 'engine/freed' })
    expect(() => engine.unload(x)).not.toThrow()
  })
})
