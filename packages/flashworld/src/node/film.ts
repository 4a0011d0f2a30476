import { open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type * as Mediabunny from 'mediabunny'
import type { Picture } from '../events.ts'
import { encodeFilm } from '../film.ts'
import type { FilmOptions } from '../film-options.ts'
import { loadOptional } from '../optional-package.ts'

/** Node's WebCodecs go where browsers have theirs. */
async function importPackages(): Promise<typeof Mediabunny> {
  const polyfill: string = '@napi-rs/webcodecs/polyfill' // not known to the compiler: it may be missing
  await import(polyfill)
  return import('mediabunny')
}

const loadPackages = <T>(load: () => Promise<T>): Promise<T> =>
  loadOptional(load, 'MP4 films', 'mediabunny@1 @napi-rs/webcodecs@1.3')

/**
 * Loads what films need. Call it before long work.
 * @throws FlashWorldError `package/missing` with how to install it
 * @example
 * ```ts
 * import { errorCode } from 'flashworld'
 * import { loadFilmEncoder } from 'flashworld/node'
 *
 * await loadFilmEncoder().catch((error: unknown) => {
 *   if (errorCode(error) !== 'package/missing') throw error
 *   console.error((error as Error).message) // how to install it
 * })
 * ```
 */
export async function loadFilmEncoder(
  load: () => Promise<unknown> = importPackages,
): Promise<void> {
  await loadPackages(load)
}

/**
 * Writes pictures as an MP4 film, as `encodeFilm` does.
 * @throws FlashWorldError `package/missing`, `film/size`
 * @example
 * ```ts shown
 * import { streamViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { openEngine, readScene, writeFilm } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 1280, height: 720 }
 * const cameras = templatePath('orbit-left', { count: 48, size })
 * const pictures = streamViews(engine, gaussians, cameras, size)
 * await writeFilm('house.mp4', pictures, { ...size, fps: 24, count: cameras.length })
 * ```
 */
export async function writeFilm(
  path: string,
  pictures: AsyncIterable<Picture>,
  options: FilmOptions,
): Promise<void> {
  const { StreamTarget } = await loadPackages(importPackages)
  const file = await open(path, 'w')
  const write = async ({ data, position }: Mediabunny.StreamTargetChunk) => {
    for (let done = 0; done < data.length;) {
      done += (await file.write(data, done, data.length - done, position + done)).bytesWritten
    }
  }
  try {
    await encodeFilm(
      collecting(pictures),
      new StreamTarget(new WritableStream({ write }), { chunked: true }),
      options,
    )
  } finally {
    await file.close()
  }
}

/** Bytes of frames after which the encoder's are collected. */
const collectEvery = 128 * 2 ** 20

/**
 * Passes pictures on and collects garbage in between. The encoder's package frees a frame when V8 collects its handle,
 * and V8, which sees only the few bytes of the handle, would wait until gigabytes have gathered.
 */
async function* collecting(pictures: AsyncIterable<Picture>): AsyncGenerator<Picture> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let bytes = 0
  for await (const picture of pictures) {
    yield picture
    bytes += picture.rgba.length
    if (bytes < collectEvery) continue
    bytes = 0
    collect()
    await setImmediate() // what frees the frames runs here
  }
}
