import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { seeded } from '../../test/clouds.ts'
import { expectRefusal } from '../../test/throws.ts'
import { decompressZstd, storedFrame } from './zstd.ts'

/** Inputs that make a compressor use every kind of block, literal and table. */
function samples(): Record<string, Uint8Array> {
  const random = seeded(3)
  const of = (length: number, value: (i: number) => number) =>
    Uint8Array.from({ length }, (_, i) => value(i))
  const text = new TextEncoder().encode('the quick brown fox jumps over the lazy dog; '.repeat(400))
  return {
    'one byte': Uint8Array.of(42),
    'one value': new Uint8Array(300_000).fill(7),
    noise: of(200_000, () => random() * 256),
    'few values': of(150_000, () => [3, 3, 3, 9, 200][Math.floor(random() * 5)]!),
    bell: of(400_000, () => 128 + 30 * (random() + random() + random() - 1.5)),
    periodic: of(300_000, (i) => ((i * i) >> 3) & (i >> 7) & 255),
    text,
    'text with noise': of(100_000, (i) => (random() < 0.05 ? random() * 256 : text[i % 977]!)),
    'far repeats': of(600_000, (i) => Math.imul((i % 250_000) ^ 0x5bd1e995, 0x2545f491) >>> 24),
  }
}

describe('decompressZstd', () => {
  it.each(Object.entries(samples()))(
    "returns what zlib's compressor was given: %s",
    async (_, plain) => {
      for (const level of [-5, 1, 3, 9, 19]) {
        for (const checksum of [0, 1]) {
          const packed = zstdCompressSync(plain, {
            params: {
              [constants.ZSTD_c_compressionLevel]: level,
              [constants.ZSTD_c_checksumFlag]: checksum,
            },
          })
          expect(Buffer.compare(await decompressZstd(packed, plain.length), plain)).toBe(0)
        }
      }
    },
  )

  it('joins frames, and skips those that carry no data', async () => {
    const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2)
    const parts = [zstdCompressSync('ab'), skippable, storedFrame(Buffer.from('c'))]
    expect(Buffer.from(await decompressZstd(Buffer.concat(parts), 3)).toString()).toBe('abc')
  })

  it('refuses other sizes, dictionaries, reserved bits and rubbish', async () => {
    const frame = zstdCompressSync(Buffer.from('hello hello hello hello'))
    const refuse = (bytes: Uint8Array, size = 23) =>
      expectRefusal(
        () => decompressZstd(bytes, size),
        'splats/bad-data',
        /decompressZstd: expected zstd frames/,
      )
    await refuse(frame, 22)
    await refuse(frame, 24)
    await refuse(frame.subarray(0, -1))
    await refuse(Buffer.concat([frame, Uint8Array.of(1)]))
    await refuse(new Uint8Array(0))
    for (const bits of [1, 8]) {
      const changed = Uint8Array.from(frame)
      changed[4]! |= bits
      await refuse(changed)
    }
  })
})

describe('hostile frames', () => {
  const frame = (...blocks: number[][]) =>
    Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, ...blocks.flat()])
  const refuse = (bytes: Uint8Array, size: number) =>
    expectRefusal(
      () => decompressZstd(bytes, size),
      'splats/bad-data',
      /decompressZstd: expected zstd frames/,
    )

  it('that hold more than was asked for, or say so, are refused without the memory for it', async () => {
    const bomb = zstdCompressSync(new Uint8Array(64e6))
    const before = process.memoryUsage().rss
    await refuse(bomb, 1000)
    const lying = storedFrame(Uint8Array.of(1, 2, 3))
    new DataView(lying.buffer).setBigUint64(5, 2n ** 60n, true)
    await refuse(lying, 3)
    expect(process.memoryUsage().rss - before).toBeLessThan(32e6)
  })

  it('of a few bytes that ask for thousands of long matches are refused at once', async () => {
    // no literals, 98,047 sequences, each of them code 0, 0 and 52: a match of 65,539 bytes or more
    const block = [0, 255, 255, 255, 0x54, 0, 0, 52, 0x80]
    const start = performance.now()
    await refuse(frame([(block.length << 3) | 5, 0, 0, ...block]), 1000)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('with a wrong checksum are refused', async () => {
    const packed = zstdCompressSync('a'.repeat(99), {
      params: { [constants.ZSTD_c_checksumFlag]: 1 },
    })
    expect((await decompressZstd(packed, 99)).length).toBe(99)
    packed[packed.length - 1]! ^= 1
    await refuse(packed, 99)
  })
})

describe('storedFrame', () => {
  it.each(Object.entries({ ...samples(), empty: new Uint8Array(0) }))(
    'is read by zlib: %s',
    (_, plain) => {
      expect(Buffer.compare(zstdDecompressSync(storedFrame(plain)), plain)).toBe(0)
    },
  )
})
