import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDevice, testDevice } from '../../test/engines.ts'
import type { Engine, Kernel, Op, Tensor } from '../index.ts'
import { blend, concat, createWebGpuEngine } from '../index.ts'

const gpu = await testDevice()

const numbers = (engine: Engine, value: number, count = 64) =>
  engine.upload(new Float32Array(count).fill(value), [count])

const times = (engine: Engine, x: Tensor, a: number) => blend(engine, x, x, { a, b: 0 })

/** An operation that is only what its WebGPU version does. */
const operation = (webgpu: Op<{ x: Tensor }>['webgpu']): Op<{ x: Tensor }> => ({
  name: 'test',
  output: ({ x }) => x,
  reference: () => {},
  webgpu,
})

const kernel = (code: string): Kernel => ({
  name: 'test',
  inputs: { x: 'f32' },
  outputs: { y: 'f32' },
  uniforms: {},
  workgroup: [1, 1, 1],
  code,
})

/** The device refuses its text. */
const wrong = operation(({ x }, y, gpu) =>
  gpu.dispatch(kernel('fn main() { y[0] = nothing; }'), { x, y }, {}, [1]),
)

/** It reads what it writes, which a device refuses when the work is submitted. */
const aliased = operation(({ x }, _, gpu) =>
  gpu.dispatch(kernel('fn main() { y[0] = x[0]; }'), { x, y: x }, {}, [1]),
)

async function paces(engine: Engine, count: number) {
  for (let i = 0; i < count; i++) {
    engine.release(numbers(engine, i))
    await engine.pace()
  }
}

describe.skipIf(!gpu)('webgpu', () => {
  let engine: Engine
  beforeAll(() => void (engine = createWebGpuEngine(gpu!)))
  afterAll(() => {
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  })

  describe.each([
    ['a text that it cannot compile', wrong],
    ['a tensor that is read and written at once', aliased],
  ])('%s: what the device says against it', (_, bad) => {
    test.each<[string, (engine: Engine, y: Tensor) => Promise<unknown>]>([
      ['settle', (engine) => engine.settle()],
      ['read', (engine, y) => engine.read(y)],
      ['timings', (engine) => engine.timings()],
      ['read behind a pace', async (engine, y) => (await engine.pace(), engine.read(y))],
      ['pace of the piece two behind', (engine) => paces(engine, 3)],
    ])('fails the next %s, and nothing after it', async (_, wait) => {
      await engine.scope(async (engine) => {
        const x = numbers(engine, 3)
        engine.time('part', () => engine.run(bad, { x }))
        await expect(wait(engine, engine.run(bad, { x }))).rejects.toMatchObject({
          code: 'engine/device-error',
        })
        await engine.settle()
        await engine.timings()
        expect((await engine.read(times(engine, x, 2)))[0]).toBe(6)
      })
    })

    test('ends with the work that nobody waited for', async () => {
      {
        using work = engine.use('hasty work')
        work.engine.run(bad, { x: numbers(work.engine, 1) })
      }
      using work = engine.use('work after it')
      expect((await work.engine.read(numbers(work.engine, 2)))[0]).toBe(2)
    })
  })

  test('more dispatches than a submission has room for each get their own numbers', async () => {
    await engine.scope(async (engine) => {
      const x = numbers(engine, 1, 1)
      const count = 600
      const parts = Array.from({ length: count }, (_, i) => times(engine, x, i))
      const values = await engine.read(concat(engine, parts, 0))
      expect([...values]).toEqual(Array.from({ length: count }, (_, i) => i))
    })
  })

  test('an upload into memory that recorded work still reads changes nothing of that work', async () => {
    await engine.scope(async (engine) => {
      const x = numbers(engine, 1)
      await engine.settle()
      const y = times(engine, x, 10) // recorded, not submitted
      engine.release(x)
      const z = numbers(engine, 7) // takes the memory of x
      expect((await engine.read(y))[0]).toBe(10)
      expect((await engine.read(z))[0]).toBe(7)
    })
  })

  test('timings are seconds', async () => {
    await engine.scope(async (engine) => {
      const x = numbers(engine, 1, 1 << 20)
      const repeat = async (count: number) => {
        await engine.scope(async (engine) => {
          for (let i = 0; i < count; i++) engine.release(times(engine, x, i))
          await engine.settle()
        })
      }
      await repeat(1) // makes the pipeline
      await engine.timings()
      const start = performance.now()
      await engine.time('blend', () => repeat(20))
      await engine.time('blend', () => repeat(20))
      const wall = (performance.now() - start) / 1000
      const { blend: seconds } = await engine.timings()
      // no more than went by, and most of that was the device's work
      expect(seconds).toBeLessThanOrEqual(wall)
      expect(seconds).toBeGreaterThan(wall / 20)
      expect(await engine.timings()).toEqual({})
    })
  })

  test('a buffer that the device could not make is not given out again', async () => {
    const size = 7 * 256
    let isFull = true
    const tight = new Proxy(gpu!, {
      get(device, name) {
        const value: unknown = Reflect.get(device, name, device)
        if (name === 'createBuffer') {
          return (wanted: GPUBufferDescriptor) =>
            // without a usage it is refused, as a buffer is that finds no memory
            device.createBuffer(isFull && wanted.size === size ? { ...wanted, usage: 0 } : wanted)
        }
        return typeof value === 'function' ? (value.bind(device) as unknown) : value
      },
    })
    const engine = createWebGpuEngine(tight)
    const failed = engine.zeros([size / 4])
    await expect(engine.settle()).rejects.toMatchObject({ code: 'engine/device-error' })
    engine.release(failed)
    isFull = false
    expect((await engine.read(numbers(engine, 3, size / 4)))[0]).toBe(3)
    engine.dispose()
  })
})

test.skipIf(!gpu)(
  'more than a device binds is refused before anything is made, and the engine lives on',
  async () => {
    const device = (await openTestDevice('default'))!
    expect(device.limits.maxStorageBufferBindingSize).toBe(2 ** 27)
    const engine = createWebGpuEngine(device)
    const refused = {
      code: 'engine/limit',
      message: expect.stringMatching(/134217728 .* 160000000/),
    }
    const thrown = (call: () => unknown) => {
      try {
        call()
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(thrown(() => engine.zeros([40_000_000]))).toMatchObject(refused)
    const x = engine.zeros([1 << 24])
    expect(thrown(() => concat(engine, [x, x, x], 0))).toMatchObject({ code: 'engine/limit' })
    await engine.settle()
    expect(engine.memory.liveBuffers).toBe(1)
    expect((await engine.read(numbers(engine, 5)))[0]).toBe(5)
    engine.dispose()
    device.destroy()
  },
)

test.skipIf(!gpu)('a lost device is one error, wherever it is met', async () => {
  const device = (await openTestDevice())!
  const engine = createWebGpuEngine(device)
  const x = numbers(engine, 1)
  engine.time('work', () => times(engine, x, 2))
  const waiting = [engine.read(x), engine.settle(), engine.timings()].map((wait) =>
    wait.catch((error: unknown) => error),
  )
  device.destroy()
  const error = await engine.lost
  expect(error).toMatchObject({ code: 'engine/lost' })
  for (const wait of waiting) {
    const outcome = await wait
    // what the device had answered before stays answered
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'engine/lost' })
  }
  expect(() => numbers(engine, 1)).toThrow(error)
  expect(() => times(engine, x, 2)).toThrow(error)
  for (const wait of [() => engine.read(x), () => engine.settle(), () => engine.timings()])
    await expect(wait()).rejects.toBe(error)
  engine.release(x)
  engine.dispose()
})

test.skipIf(!gpu)('waits that a loss meets halfway fail with it', async () => {
  const device = (await openTestDevice())!
  const engine = createWebGpuEngine(device)
  const x = numbers(engine, 1)
  await engine.settle()
  device.destroy() // nobody was told yet
  const waits = await Promise.all(
    [engine.read(x), engine.settle(), engine.timings()].map((wait) =>
      wait.catch((error: unknown) => error),
    ),
  )
  for (const outcome of waits.slice(0, 2)) expect(outcome).toMatchObject({ code: 'engine/lost' })
  engine.dispose()
})
