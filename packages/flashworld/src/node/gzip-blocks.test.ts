import { gunzipSync, gzipSync } from 'node:zlib'
import { createNoise } from '@flashworld/engine'
import type { GzipCompress, SpzWriteOptions } from '@flashworld/splats'
import { writeSpz } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { randomCloud } from '../../../splats/test/clouds.ts'
import { gzipBlocks } from './gzip-blocks.ts'

/** Bytes that compress as those of a scene do: by less than half. */
const bytesOf = (count: number) =>
  Uint8Array.from(createNoise(1).normal(count), (v) => Math.round(128 + 20 * v))

async function* inChunks(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

test.each([
  ['nothing', 0, 1],
  ['one byte', 1, 1],
  ['less than a block', 70_000, 4096],
  ['a block to the byte', 2 ** 20, 65_536],
  ['one byte more', 2 ** 20 + 1, 2 ** 20],
  ['more blocks than wait at once, in chunks longer than a block', 9e6 + 5, 3e6],
])('%s comes back, and is as small as by one thread', async (_, count, chunk) => {
  const bytes = bytesOf(count)
  const packed = Buffer.concat(await Array.fromAsync(gzipBlocks(inChunks(bytes, chunk))))
  expect(Buffer.compare(gunzipSync(packed), bytes)).toBe(0) // it checks sum and size
  expect(packed.length).toBeLessThanOrEqual(gzipSync(bytes).length * 1.001 + 16)
})

test('a block knows the end of the one before', async () => {
  // what repeats only across the seam
  const bytes = bytesOf(2 ** 20 + 20_000)
  bytes.copyWithin(2 ** 20, 2 ** 20 - 20_000)
  const packed = Buffer.concat(await Array.fromAsync(gzipBlocks(inChunks(bytes, 1e6))))
  expect(packed.length).toBeLessThan(gzipSync(bytes.subarray(0, 2 ** 20)).length + 1000)
  expect(Buffer.compare(gunzipSync(packed), bytes)).toBe(0)
})

test('what the chunks throw is thrown', async () => {
  const failing = async function* () {
    yield bytesOf(3e6)
    throw new Error('enough')
  }
  await expect(Array.fromAsync(gzipBlocks(failing()))).rejects.toThrow('enough')
})

test('an SPZ so compressed holds the same', async () => {
  const cloud = randomCloud(2000)
  const inflated = async (options: SpzWriteOptions) =>
    gunzipSync(Buffer.concat(await Array.fromAsync(writeSpz(cloud, options))))
  const asked: number[] = []
  const gzip: GzipCompress = (chunks) => {
    asked.push(1)
    return gzipBlocks(chunks)
  }
  expect(Buffer.compare(await inflated({ gzip }), await inflated({}))).toBe(0)
  expect(asked).toEqual([1])
})
