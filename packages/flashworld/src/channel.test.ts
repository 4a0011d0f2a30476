import { expect, test } from 'vitest'
import { channel } from './channel.ts'

const collect = async <T>(items: AsyncIterable<T>) => {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}

test('yields what was emitted, in order, before and after waits', async () => {
  const items = channel<number>(async (emit) => {
    emit(1)
    emit(2)
    await Promise.resolve()
    emit(3)
  })
  expect(await collect(items)).toEqual([1, 2, 3])
})

test('throws what the producer threw, after what it emitted', async () => {
  const got: number[] = []
  const items = channel<number>((emit) => {
    emit(1)
    return Promise.reject(new Error('no'))
  })
  await expect(
    (async () => {
      for await (const item of items) got.push(item)
    })(),
  ).rejects.toThrow('no')
  expect(got).toEqual([1])
})

test('leaving early aborts the producer and waits for it', async () => {
  let ended = false
  const items = channel<number>(async (emit, signal) => {
    emit(1)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    ended = true
  })
  for await (const item of items) {
    expect(item).toBe(1)
    break
  }
  expect(ended).toBe(true)
})

test('an outer signal reaches the producer', async () => {
  const outer = new AbortController()
  const items = channel<number>(async (emit, signal) => {
    emit(1)
    await Promise.resolve()
    signal.throwIfAborted()
  }, outer.signal)
  outer.abort(new Error('stop'))
  await expect(collect(items)).rejects.toThrow('stop')
})
