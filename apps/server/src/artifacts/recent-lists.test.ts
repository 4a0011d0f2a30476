import { expect, test } from 'vitest'
import { withRecentLists } from './recent-lists.ts'
import type { Artifact, ArtifactStore } from './store.ts'
import { placeOf } from './store.ts'

const id = '00000000-0000-4000-8000-000000000000'
const place = placeOf(id, 1)

/** A store in memory that counts how often it is asked for a list. */
function countingStore() {
  const names = new Set<string>()
  let asked = 0
  const store = {
    async list(): Promise<readonly Artifact[]> {
      asked++
      return [...names].map((name) => ({ name, bytes: 1, etag: name }))
    },
    async write(_: string, name: string) {
      names.add(name)
    },
    async take(_: string, name: string) {
      names.add(name)
    },
    async remove() {
      names.clear()
    },
  } as unknown as ArtifactStore
  return {
    store,
    get asked() {
      return asked
    },
  }
}

const namesIn = async (store: ArtifactStore) => (await store.list(place)).map(({ name }) => name)

test('many looks are one, and what is written, taken or removed is seen at once', async () => {
  const counting = countingStore()
  const store = withRecentLists(counting.store, { maxAgeMs: 60_000 })
  expect(await Promise.all([namesIn(store), namesIn(store)])).toEqual([[], []])
  expect(counting.asked).toBe(1)
  await store.write(place, 'a', new Uint8Array())
  expect(await namesIn(store)).toEqual(['a'])
  await store.take(place, 'b', '/tmp/b')
  expect(await namesIn(store)).toEqual(['a', 'b'])
  await store.remove(id)
  expect(await namesIn(store)).toEqual([])
  expect(counting.asked).toBe(4)
})

test('one who looks while a file is written is not believed afterwards', async () => {
  const counting = countingStore()
  const { promise, resolve } = Promise.withResolvers<void>()
  const slow = {
    ...counting.store,
    async write(...given: Parameters<ArtifactStore['write']>) {
      await promise
      return counting.store.write(...given)
    },
  }
  const store = withRecentLists(slow, { maxAgeMs: 60_000 })
  const written = store.write(place, 'a', new Uint8Array())
  expect(await namesIn(store)).toEqual([])
  resolve()
  await written
  expect(await namesIn(store)).toEqual(['a'])
})

test('what others wrote is seen after the age, and a failure is not kept', async () => {
  const counting = countingStore()
  const store = withRecentLists(counting.store, { maxAgeMs: 1 })
  await namesIn(store)
  await counting.store.write(place, 'elsewhere', new Uint8Array())
  await expect.poll(() => namesIn(store)).toEqual(['elsewhere'])
  let fails = true
  const failing = withRecentLists(
    {
      ...counting.store,
      list: async (of) => {
        if (fails) throw new Error('no')
        return counting.store.list(of)
      },
    },
    { maxAgeMs: 60_000 },
  )
  await expect(failing.list(place)).rejects.toThrow('no')
  fails = false
  expect(await namesIn(failing)).toEqual(['elsewhere'])
})

test('no more places are kept than are asked for', async () => {
  const counting = countingStore()
  const store = withRecentLists(counting.store, { maxAgeMs: 60_000, mostPlaces: 2 })
  for (const attempt of [1, 2, 3]) await store.list(placeOf(id, attempt))
  await store.list(placeOf(id, 3))
  expect(counting.asked).toBe(3)
  await store.list(placeOf(id, 1))
  expect(counting.asked).toBe(4)
})
