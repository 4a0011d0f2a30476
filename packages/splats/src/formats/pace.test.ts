import { zstdCompressSync } from 'node:zlib'

import { describe, expect, it, vi } from 'vitest'

import { collect, randomCloud } from '../../test/clouds.ts'
import type { AnyWriteOptions } from './index.ts'
import { FORMATS, formatByName, readGaussians } from './index.ts'
import { pacer } from './pace.ts'

const cloud = randomCloud(30_000)

const FILES: [string, AnyWriteOptions][] = [
  ['a.ply', {}],
  ['a.spz', {}],
  ['a.spz', { version: 4, zstd: zstdCompressSync }],
  ['a.splat', {}],
  ['a.glb', {}],
]

const write = (name: string, options: AnyWriteOptions = {}) =>
  collect(formatByName(name).write!(cloud, options))

describe('cancelling', () => {
  it.each(FILES)('%s %o: reading ends with the reason of its signal', async (name, options) => {
    const bytes = await write(name, options)
    const done = AbortSignal.abort(new Error('enough'))
    const reading = readGaussians(bytes, { fileName: name, signal: done })
    await expect(reading).rejects.toThrow('enough')

    // in the middle: the first turn of the event loop that the reader gives
    const controller = new AbortController()
    const late = readGaussians(bytes, { fileName: name, signal: controller.signal })
    controller.abort(new Error('no longer'))
    await expect(late).rejects.toThrow('no longer')
  })

  it.each(FORMATS.filter((format) => format.write).map(({ name }) => name))(
    '%s: writing ends with the reason of its signal',
    async (name) => {
      const { extensions } = FORMATS.find((format) => format.name === name)!
      const done = AbortSignal.abort(new Error('enough'))
      await expect(write(`a${extensions[0]!}`, { signal: done })).rejects.toThrow('enough')

      const controller = new AbortController()
      const pieces = formatByName(`a${extensions[0]!}`).write!(cloud, { signal: controller.signal })
      const late = async () => {
        for await (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0)
          controller.abort(new Error('no longer'))
        }
      }
      await expect(late()).rejects.toThrow('no longer')
    },
  )
})

describe('pace', () => {
  it.each(FILES)(
    '%s %o: a turn for others after every few thousand Gaussians',
    async (name, options) => {
      const bytes = await write(name, options)
      // a clock by which every block of work took longer than its time
      let now = 0
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
      const turns = vi.spyOn(globalThis, 'setTimeout')
      try {
        await readGaussians(bytes, { fileName: name })
        expect(turns.mock.calls.length).toBeGreaterThan((2 * cloud.count) / 4096)
      } finally {
        clock.mockRestore()
        turns.mockRestore()
      }
    },
  )

  it('does not wait before its time is up', async () => {
    const turns = vi.spyOn(globalThis, 'setTimeout')
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const pace = pacer()
    for (let i = 0; i < 1000; i++) await pace()
    expect(turns).not.toHaveBeenCalled()
    clock.mockReturnValue(26)
    await pace()
    expect(turns).toHaveBeenCalledTimes(1)
    clock.mockRestore()
    turns.mockRestore()
  })
})
