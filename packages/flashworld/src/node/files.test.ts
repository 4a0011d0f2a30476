import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderSource } from './files.ts'

const bytes = Uint8Array.from({ length: 2 ** 25 + 2 ** 20 + 5 }, (_, i) => (i * 2654435761) >>> 24)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashworld-files-'))
  await writeFile(join(folder, 'weights'), bytes)
})
afterAll(() => rm(folder, { recursive: true }))

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

test.each([
  ['nothing', 7, 7],
  ['a few bytes', 3, 11],
  ['what is read at once', 5, 5 + 2 ** 20],
  ['what is read in pieces', 5, bytes.length - 3],
  ['all', 0, bytes.length],
])('a range comes as it lies there: %s', async (_, start, end) => {
  const read = await folderSource(folder).read('weights', start, end)
  expect(same(read, bytes.subarray(start, end))).toBe(true)
})

test.each([
  ['small', bytes.length - 9],
  ['large', 1],
])('a %s range past the end gives what there is', async (_, start) => {
  const read = await folderSource(folder).read('weights', start, bytes.length + 2 ** 24 + 100)
  expect(same(read, bytes.subarray(start))).toBe(true)
})

test('two ranges at once do not share their memory', async () => {
  const source = folderSource(folder)
  const [first, second] = await Promise.all([
    source.read('weights', 0, 2 ** 25),
    source.read('weights', 5, 2 ** 25 + 5),
  ])
  expect(same(first, bytes.subarray(0, 2 ** 25))).toBe(true)
  expect(same(second, bytes.subarray(5, 2 ** 25 + 5))).toBe(true)
})

test('a file that is not there has no size and cannot be read', async () => {
  const source = folderSource(folder)
  expect(await source.size('none')).toBeUndefined()
  expect(await source.size('.')).toBeUndefined()
  await expect(source.read('none', 0, 4)).rejects.toThrow(/ENOENT/)
  await expect(source.read('none', 0, 2 ** 24)).rejects.toThrow(/ENOENT/)
})
