import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BufferSource, Input, MP4, VideoSampleSink } from 'mediabunny'
import { expect, onTestFinished, test } from 'vitest'
import { errorCode } from '../errors.ts'
import type { Picture } from '../events.ts'
import { pictureToI420 } from '../i420.ts'
import { filmTest } from '../../test/film-test.ts'
import { loadFilmEncoder, writeFilm } from './film.ts'

const size = { width: 64, height: 48 }

/** Soft waves that move. */
function wave(t: number): Picture {
  const rgba = new Uint8ClampedArray(size.width * size.height * 4).fill(255)
  for (let i = 0; i < rgba.length; i += 4) {
    const [x, y] = [(i / 4) % size.width, Math.floor(i / 4 / size.width)]
    rgba.set([127 + 120 * Math.sin((x + 3 * t) / 9), 127 + 120 * Math.cos(y / 8), 60 + 2 * x], i)
  }
  return { ...size, rgba }
}

async function* waves(count: number) {
  for (let i = 0; i < count; i++) yield wave(i)
}

async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-film-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'film.mp4')
}

filmTest(
  'a film plays back the pictures it was made of, at their times, and begins with its index',
  async () => {
    const path = await place()
    await writeFilm(path, waves(20), { ...size, fps: 15, count: 20 })
    const bytes = await readFile(path)
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    const input = new Input({ formats: [MP4], source: new BufferSource(bytes) })
    const track = (await input.getPrimaryVideoTrack())!
    expect([track.codec, track.displayWidth, track.displayHeight]).toEqual(['avc', 64, 48])
    expect(await track.getColorSpace()).toMatchObject({ matrix: 'bt709', fullRange: false })
    let index = 0
    for await (const sample of new VideoSampleSink(track).samples()) {
      expect(sample.timestamp).toBeCloseTo(index / 15, 3)
      const planes = new Uint8Array(sample.allocationSize({ format: 'I420' }))
      await sample.copyTo(planes, { format: 'I420' })
      sample.close()
      const expected = pictureToI420(wave(index++))
      const squares = expected.reduce((sum, value, i) => sum + (value - planes[i]!) ** 2, 0)
      // soft pictures at the highest quality; the one before or after is below 25 dB
      expect(10 * Math.log10((255 ** 2 * expected.length) / squares)).toBeGreaterThan(38)
    }
    expect(index).toBe(20)
  },
)

filmTest('refuses sides that H.264 has not', async () => {
  const film = writeFilm(await place(), waves(1), { width: 63, height: 48, fps: 15, count: 1 })
  expect(errorCode(await film.catch((error: unknown) => error))).toBe('film/size')
})

filmTest('what the pictures throw comes through', async () => {
  async function* broken() {
    yield wave(0)
    throw new Error('enough')
  }
  await expect(writeFilm(await place(), broken(), { ...size, fps: 15, count: 2 })).rejects.toThrow(
    'enough',
  )
})

test('missing packages are asked for by name', async () => {
  const loading = loadFilmEncoder(() => Promise.reject(new Error('not found')))
  await expect(loading).rejects.toThrow('npm install mediabunny@1 @napi-rs/webcodecs@1.3')
  await expect(loading).rejects.toMatchObject({ code: 'package/missing' })
})
