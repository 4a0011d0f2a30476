import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TestStore, TestStores } from '../../test/artifact-stores.ts'
import { stores } from '../../test/artifact-stores.ts'
import type { ArtifactStore, Place } from './store.ts'
import { placeOf } from './store.ts'

const text = (value: string) => new TextEncoder().encode(value)
const textOf = async (stream: Readable) =>
  Buffer.concat((await stream.toArray()) as Buffer[]).toString()

describe.each(stores)('%s', (_, isHere, make) => {
  if (!isHere) return test.skip('is not installed')
  let all: TestStores
  let store: TestStore
  let artifacts: ArtifactStore
  beforeAll(async () => {
    all = make()
    await all.start()
  })
  afterAll(() => all.stop())
  beforeEach(async () => {
    store = await all.empty()
    artifacts = store.artifacts
  })
  afterEach(() => store.close())

  const read = async (...given: Parameters<ArtifactStore['open']>) =>
    textOf(await artifacts.open(...given))

  test('a file that is written or taken is found, listed and read, in its place alone', async () => {
    const place = placeOf(randomUUID(), 1)
    await artifacts.write(place, 'step-1.webp', text('a preview'))
    const made = join(store.folder, 'made')
    await writeFile(made, 'a scene')
    await artifacts.take(place, 'scene.ply', made)
    expect(existsSync(made)).toBe(false)
    expect(await artifacts.find(place, 'scene.ply')).toMatchObject({ name: 'scene.ply', bytes: 7 })
    const names = (await artifacts.list(place)).map(({ name, bytes }) => [name, bytes])
    expect(names).toEqual([
      ['scene.ply', 7],
      ['step-1.webp', 9],
    ])
    expect(await read(place, 'scene.ply')).toBe('a scene')
    for (const other of [placeOf(randomUUID(), 1), `${place}0` as Place]) {
      expect(await artifacts.find(other, 'scene.ply')).toBeUndefined()
      expect(await artifacts.list(other)).toEqual([])
    }
  })

  test('a name that another begins with is not it', async () => {
    const place = placeOf(randomUUID(), 1)
    await artifacts.write(place, 'scene.spz.gz', text('a'))
    expect(await artifacts.find(place, 'scene.spz')).toBeUndefined()
    await expect(artifacts.open(place, 'scene.spz')).rejects.toMatchObject({ code: 'file/unknown' })
    await artifacts.write(place, 'scene.spz', text('bc'))
    expect((await artifacts.find(place, 'scene.spz'))!.bytes).toBe(2)
  })

  test('a range is these bytes, first and last included', async () => {
    const place = placeOf(randomUUID(), 0)
    await artifacts.write(place, 'scene.ply', text('0123456789'))
    expect(await read(place, 'scene.ply', { start: 0, end: 1 })).toBe('01')
    expect(await read(place, 'scene.ply', { start: 4, end: 4 })).toBe('4')
    expect(await read(place, 'scene.ply', { start: 3, end: 5 })).toBe('345')
    expect(await read(place, 'scene.ply', { start: 8, end: 9 })).toBe('89')
  })

  test('an ETag changes with the content, and only with it', async () => {
    const place = placeOf(randomUUID(), 1)
    const etag = async () => (await artifacts.find(place, 'scene.ply'))!.etag
    await artifacts.write(place, 'scene.ply', text('one'))
    const first = await etag()
    expect(first).toMatch(/^"[\w-]+"$/)
    expect(await etag()).toBe(first)
    await artifacts.write(place, 'scene.ply', text('three'))
    expect(await etag()).not.toBe(first)
  })

  test('a large file is taken and brought whole', async () => {
    const place = placeOf(randomUUID(), 1)
    const bytes = Buffer.alloc(20_000_000, 'flashworld')
    const made = join(store.folder, 'made')
    await writeFile(made, bytes)
    await artifacts.take(place, 'scene.ply', made)
    const { path, done } = await artifacts.fetch(place, 'scene.ply')
    expect((await readFile(path)).equals(bytes)).toBe(true)
    await done()
    await expect(artifacts.fetch(place, 'other.ply').then(({ path }) => readFile(path)))
      .rejects //
      .toThrow()
  })

  test('what is being read is known, and removal does not cut it', async () => {
    const id = randomUUID()
    const place = placeOf(id, 1)
    const bytes = Buffer.alloc(5_000_000, 'x')
    await artifacts.write(place, 'scene.ply', bytes)
    expect(artifacts.isRead(id)).toBe(false)
    const stream = await artifacts.open(place, 'scene.ply')
    expect(artifacts.isRead(id)).toBe(true)
    await artifacts.remove(id)
    expect((await textOf(stream)).length).toBe(bytes.length)
    await expect.poll(() => artifacts.isRead(id)).toBe(false)
    await expect(artifacts.open(place, 'scene.ply')).rejects.toMatchObject({ code: 'file/unknown' })
  })

  test('one attempt is removed, or all of a job, and what is not there is no trouble', async () => {
    const [id, other] = [randomUUID(), randomUUID()]
    for (const place of [placeOf(id, 0), placeOf(id, 1), placeOf(id, 10), placeOf(other, 1)])
      for (const name of ['a.ply', 'b.ply', 'c.ply'])
        await artifacts.write(place, name, text('1234'))
    await artifacts.remove(placeOf(id, 1))
    const stored = async () =>
      (await Array.fromAsync(artifacts.jobs()))
        .map(({ id, places }) => ({
          id,
          places: places.toSorted((a, b) => (a.place < b.place ? -1 : 1)),
        }))
        .toSorted((a, b) => (a.id === id ? -1 : b.id === id ? 1 : 0))
    const ofOther = { id: other, places: [{ place: placeOf(other, 1), bytes: 12 }] }
    expect(await stored()).toEqual([
      {
        id,
        places: [
          { place: placeOf(id, 0), bytes: 12 },
          { place: placeOf(id, 10), bytes: 12 },
        ],
      },
      ofOther,
    ])
    await artifacts.remove(id)
    expect(await stored()).toEqual([ofOther])
    await artifacts.remove(id)
    await artifacts.remove(placeOf(id, 3))
  })

  test('names and places that are not ours are nowhere', async () => {
    const place = placeOf(randomUUID(), 1)
    for (const [where, name] of [
      [place, '../scene.ply'],
      [place, 'SCENE.ply'],
      [place, ''],
      ['../../etc/1', 'passwd'],
      [`${place}/..`, 'scene.ply'],
    ] as [Place, string][]) {
      expect(await artifacts.find(where, name)).toBeUndefined()
      await expect(artifacts.open(where, name)).rejects.toMatchObject({ code: 'file/unknown' })
      await expect(artifacts.write(where, name, text('a'))).rejects.toMatchObject({
        code: 'file/unknown',
      })
    }
    for (const where of ['', '/', '..', 'scenes'])
      await expect((async () => artifacts.remove(where))()).rejects.toMatchObject({
        code: 'file/unknown',
      })
  })
})
