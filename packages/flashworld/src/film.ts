/**
 * Pictures as an MP4 film, in Node and in pages.
 *
 * @module flashworld/film
 */
import type { Target } from 'mediabunny'
import { FlashWorldError } from './errors.ts'
import type { Picture } from './events.ts'
import type { FilmOptions } from './film-options.ts'
import { i420ColorSpace, pictureToI420 } from './i420.ts'

export type { FilmOptions }

/**
 * Pictures as an MP4 film in H.264 that plays while it loads. They pass through one by one: memory holds a few of
 * them, however long the film. Needs the package `mediabunny` and WebCodecs, which browsers have (in Node, see
 * `flashworld/node`).
 * @param target where mediabunny writes to
 * @throws FlashWorldError `film/size`; what the pictures throw: what was written is then no film
 * @example
 * ```ts shown
 * import { encodeFilm } from 'flashworld/film'
 * import { BufferTarget } from 'mediabunny'
 *
 * const white = { width: 64, height: 64, rgba: new Uint8ClampedArray(64 * 64 * 4).fill(255) }
 * async function* pictures() {
 *   for (let i = 0; i < 24; i++) yield white
 * }
 * const target = new BufferTarget()
 * await encodeFilm(pictures(), target, { width: 64, height: 64, fps: 24, count: 24 })
 * const film = new Blob([target.buffer!], { type: 'video/mp4' })
 * ```
 */
export async function encodeFilm(
  pictures: AsyncIterable<Picture>,
  target: Target,
  { width, height, fps, count }: FilmOptions,
): Promise<void> {
  const { canEncodeVideo, Mp4OutputFormat, Output, Quality, VideoSample, VideoSampleSource } =
    await import('mediabunny')
  const quality = new Quality({ quality: 'very-high', preferBitrate: true })
  if (
    width % 2 !== 0 ||
    height % 2 !== 0 ||
    !(await canEncodeVideo('avc', { width, height, quality }))
  ) {
    throw new FlashWorldError(
      'film/size',
      `film: expected even sides that H.264 knows, got ${width} x ${height}`,
    )
  }
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'reserve' }), target })
  const source = new VideoSampleSource({ codec: 'avc', quality })
  output.addVideoTrack(source, { frameRate: fps, maximumPacketCount: count })
  try {
    await output.start()
    let index = 0
    for await (const picture of pictures) {
      const sample = new VideoSample(pictureToI420(picture), {
        format: 'I420',
        colorSpace: i420ColorSpace,
        codedWidth: width,
        codedHeight: height,
        timestamp: index++ / fps,
        duration: 1 / fps,
      })
      // waits while the encoder is behind
      await source.add(sample).finally(() => sample.close())
    }
    await output.finalize()
  } catch (error) {
    await output.cancel()
    throw error
  }
}
