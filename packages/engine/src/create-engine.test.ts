import { afterAll, describe, expect, test } from 'vitest'
import { createFragileEngine } from '../test/fragile-engine.ts'
import { testEngines } from '../test/engines.ts'
import type { Engine, Tensor } from './index.ts'
import { blend, createReferenceEngine } from './index.ts'

/** One of each kind; the variants of a kind differ in their kernels only. */
const kinds = (await testEngines()).filter(({ name }) =>
  ['reference', 'wasm', 'webgpu f32'].includes(name),
)

const numbers = (engine: Engine, value: number, count = 64) =>
  engine.upload(new Float32Array(count).fill(value), [count])

const times = (engine: Engine, x: Tensor, a: number) => blend(engine, x, x, { a, b: 0 })

const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

const thrown = (call: () => unknown) => {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each(kinds)('on $name', ({ create }) => {
  const shared = create!()
  afterAll(async () => {
    const engine = await shared
    expect(engine.memory.liveBuffers).toBe(0)
    engine.dispose()
  })

  test('scopes that run beside each other keep their tensors apart', async () => {
    const engine = await shared
    const work = (value: number, turns: number) =>
      engine.scope(async (engine) => {
        const x = numbers(engine, value)
        for (let i = 0; i < turns; i++) await turn()
        const y = engine.scope((engine) => times(engine, times(engine, x, 2), 3))
        for (let i = 0; i < turns; i++) await turn()
        return times(engine, y, 10)
      })
    const [a, b, c] = await Promise.all([work(1, 1), work(2, 3), work(3, 2)])
    expect(engine.memory.liveBuffers).toBe(3)
    const first = [a, b, c].map(async (x) => (await engine.read(x))[63])
    expect(await Promise.all(first)).toEqual([60, 120, 180])
    engine.release([a, [b], { c }])
    expect(engine.memory.liveBuffers).toBe(0)
  })

  test('a scope that has ended makes nothing more, and what it left running is freed', async () => {
    const engine = await shared
    let late: Engine | undefined
    let inner: Promise<Tensor> | undefined
    engine.scope((engine) => {
      late = engine
      inner = engine.scope(async (engine) => {
        const x = numbers(engine, 1)
        await turn()
        return x
      })
    })
    expect(engine.memory.liveBuffers).toBe(0)
    expect(thrown(() => late!.zeros([1]))).toMatchObject({ code: 'engine/freed' })
    await expect(engine.read((await inner)!)).rejects.toMatchObject({ code: 'engine/freed' })
  })

  test('a freed tensor is never another one', async () => {
    const engine = await shared
    await engine.scope(async (engine) => {
      const x = numbers(engine, 1)
      engine.release(x)
      const y = numbers(engine, 2)
      expect(thrown(() => times(engine, x, 1))).toMatchObject({ code: 'engine/freed' })
      await expect(engine.read(x)).rejects.toMatchObject({ code: 'engine/freed' })
      engine.release(x) // twice is once
      expect((await engine.read(times(engine, y, 1)))[0]).toBe(2)
      expect(engine.memory.liveBuffers).toBe(2)
    })
  })

  test('while one piece of work has the engine, all others are refused and the first goes on', async () => {
    const engine = await shared
    const before = numbers(engine, 5)
    const refused = { code: 'engine/busy', message: expect.stringContaining('a long render') }
    {
      using work = engine.use('a long render')
      const x = numbers(work.engine, 3)
      for (const call of [
        () => engine.use('another'),
        () => engine.zeros([1]),
        () => numbers(engine, 1),
        () => times(engine, before, 1),
        () => engine.scope((engine) => engine.zeros([1])),
        () => engine.trim(),
      ])
        expect(thrown(call)).toMatchObject(refused)
      await expect(engine.read(before)).rejects.toMatchObject(refused)
      await expect(engine.readWords(before)).rejects.toMatchObject(refused)
      await expect(engine.settle()).rejects.toMatchObject(refused)
      await expect(engine.timings()).rejects.toMatchObject(refused)
      expect(thrown(() => engine.time('x', turn))).toMatchObject(refused)
      expect((await work.engine.read(times(work.engine, x, 2)))[0]).toBe(6)
      expect((await work.engine.read(before))[0]).toBe(5)
      engine.release(before)
    }
    expect(engine.memory.liveBuffers).toBe(0)
    using again = engine.use('the next')
    expect((await again.engine.read(numbers(again.engine, 4)))[0]).toBe(4)
  })

  test('work within work has the engine meanwhile, and gives it back', async () => {
    const engine = await shared
    using outer = engine.use('outer')
    {
      using inner = outer.engine.use('inner')
      expect(thrown(() => outer.engine.zeros([1]))).toMatchObject({ code: 'engine/busy' })
      inner.engine.zeros([1])
    }
    outer.engine.zeros([1])
    expect(engine.memory.liveBuffers).toBe(1)
  })

  test('what is kept outlives its use', async () => {
    const engine = await shared
    const load = async () => {
      using work = engine.use('loading')
      const [x, y] = [numbers(work.engine, 1), numbers(work.engine, 2)]
      await work.engine.settle()
      return work.keep({ x, name: 'x', more: [times(work.engine, y, 2)] })
    }
    const { x, more } = await load()
    expect(engine.memory.liveBuffers).toBe(2)
    expect((await engine.read(more[0]!))[0]).toBe(4)
    engine.release([x, more])
  })

  test('what fails leaves nothing behind', async () => {
    const engine = await shared
    expect(() => engine.upload(new Float32Array(3), [4])).toThrow(RangeError)
    const x = numbers(engine, 1)
    const failing = {
      name: 'failing',
      output: () => ({ shape: [8], dtype: 'f32' as const }),
      reference: () => expect.unreachable('a kernel that is none'),
      wasm: () => expect.unreachable('a kernel that is none'),
      webgpu: () => expect.unreachable('a kernel that is none'),
    }
    expect(() => engine.run(failing, { x })).toThrow('a kernel that is none')
    expect(engine.memory.liveBuffers).toBe(1)
    engine.release(x)
  })

  test('a wait ends with the signal, and the next is answered', async () => {
    const engine = await shared
    await engine.scope(async (engine) => {
      const x = numbers(engine, 7)
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      await expect(engine.read(x, { signal })).rejects.toBe(reason)
      await expect(engine.settle({ signal })).rejects.toBe(reason)
      await expect(engine.timings({ signal })).rejects.toBe(reason)
      const later = new AbortController()
      const waiting = engine.settle({ signal: later.signal, timeoutSeconds: 600 })
      later.abort(reason)
      await expect(waiting).rejects.toBe(reason)
      expect((await engine.read(x, { timeoutSeconds: 600 }))[0]).toBe(7)
    })
  })
})

describe('a device that does not answer', () => {
  test('lets go of whoever waits when told to, or after a while', async () => {
    const fragile = await createFragileEngine()
    const { engine } = fragile
    const x = numbers(engine, 1)
    fragile.hangs = true
    const abort = new AbortController()
    const waits = [
      () => engine.read(x, { signal: abort.signal }),
      () => engine.settle({ signal: abort.signal }),
      () => engine.timings({ signal: abort.signal }),
    ].map((wait) => wait())
    setTimeout(() => abort.abort(new Error('enough')), 5)
    for (const wait of waits) await expect(wait).rejects.toThrow('enough')
    for (const wait of [
      () => engine.read(x, { timeoutSeconds: 0.01 }),
      () => engine.settle({ timeoutSeconds: 0.01 }),
      () => engine.timings({ timeoutSeconds: 0.01 }),
    ])
      await expect(wait()).rejects.toMatchObject({ code: 'engine/timeout' })
    fragile.hangs = false
    expect((await engine.read(x))[0]).toBe(1)
  })

  test('is one error, wherever it is met', async () => {
    const { engine, lose } = await createFragileEngine()
    const x = numbers(engine, 1)
    const use = engine.use('work')
    const waiting = [use.engine.settle(), use.engine.read(x)].map((wait) =>
      wait.catch((error: unknown) => error),
    )
    lose()
    const error = await engine.lost
    expect(error).toMatchObject({ code: 'engine/lost' })
    for (const wait of waiting) expect(await wait).toBe(error)
    use[Symbol.dispose]()
    for (const call of [
      () => numbers(engine, 1),
      () => times(engine, x, 1),
      () => engine.use('more'),
      () => engine.scope((engine) => engine.zeros([1])),
    ])
      expect(thrown(call)).toBe(error)
    expect(thrown(() => engine.time('x', turn))).toBe(error)
    for (const wait of [() => engine.read(x), () => engine.settle(), () => engine.timings()])
      await expect(wait()).rejects.toBe(error)
    engine.release(x)
    engine.dispose()
  })
})

test('an engine that was disposed of says so', async () => {
  let kept: Engine
  {
    using engine = createReferenceEngine()
    kept = engine
  }
  expect(thrown(() => kept.zeros([1]))).toMatchObject({ code: 'engine/lost' })
  await expect(kept.settle()).rejects.toMatchObject({ code: 'engine/lost' })
  kept.dispose()
})
