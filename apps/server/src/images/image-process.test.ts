import { encodePng, encodeWebp } from 'flashworld/node'
import sharp from 'sharp'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { codeOf, json, serve } from '../../test/serve.ts'
import { createImageProcess } from './image-process.ts'

const grey = { width: 32, height: 32, rgba: new Uint8ClampedArray(32 * 32 * 4).fill(90) }
const png = Buffer.from(await encodePng(grey))
const webp = Buffer.from(await encodeWebp(grey))

const page = '<html><script>alert(1)</script></html>'

const greyAlpha = () =>
  sharp(Buffer.alloc(32 * 32 * 2, 90), { raw: { width: 32, height: 32, channels: 2 } })
    .png()
    .toBuffer()

/** A PNG whose header says another size. */
function sized(width: number, height: number): Buffer {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.writeUInt32BE(crc(bytes.subarray(12, 29)), 29)
  return bytes
}

function crc(bytes: Uint8Array): number {
  let value = ~0
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return ~value >>> 0
}

const server = await serve()
afterAll(() => server[Symbol.asyncDispose]())

const submit = (image: string) => fetch(`${server.url}/v1/scenes`, json({ image }))
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

const picture = sharp(grey.rgba, { raw: { width: 32, height: 32, channels: 4 } })
const oriented = (orientation: number) =>
  picture.clone().jpeg().withMetadata({ orientation }).toBuffer()
const jpeg = await picture.clone().jpeg().toBuffer()
/** With an orientation that no camera writes. */
const turnedWrong = await oriented(8)
turnedWrong.writeUInt16BE(65_535, turnedWrong.indexOf(Buffer.from('0112000300000001', 'hex')) + 8)
const frames = await sharp(
  Buffer.concat(Array.from({ length: 500 }, (_, i) => Buffer.alloc(32 * 32 * 3, i % 251))),
  { raw: { width: 32, height: 32 * 500, channels: 3, pageHeight: 32 } },
)
  .webp({ effort: 0 })
  .toBuffer()
const grey16 = await picture.clone().toColourspace('grey16').png().toBuffer()
const cmyk = await picture.clone().toColourspace('cmyk').jpeg().toBuffer()

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'

test.each([
  ['a PNG', base64(png), 202, undefined],
  ['a WebP', `data:image/webp;base64,${base64(webp)}`, 202, undefined],
  ['a PNG called a page', `data:text/html;base64,${base64(png)}`, 202, undefined],
  ['a JPEG lying on its side', base64(await oriented(6)), 202, undefined],
  ['a JPEG turned in a way that is none', base64(turnedWrong), 202, undefined],
  ['a WebP of 500 pictures', base64(frames), 202, undefined],
  ['a PNG of 16 bits', base64(grey16), 202, undefined],
  ['a PNG of a palette', base64(await picture.clone().png({ palette: true }).toBuffer()), 202],
  ['a PNG of grey and alpha', base64(await greyAlpha()), 202],
  ['a JPEG in CMYK', base64(cmyk), 202, undefined],
  ['a progressive JPEG', base64(await picture.clone().jpeg({ progressive: true }).toBuffer()), 202],
  ['a JPEG that is a page too', base64(Buffer.concat([jpeg, Buffer.from(page)])), 202, undefined],
  [
    'a page that is a JPEG too',
    base64(Buffer.concat([Buffer.from(page), jpeg])),
    415,
    'image/type',
  ],
  ['1 x 16,384', base64(sized(1, 16_384)), 413, 'image/size'],
  ['an SVG', base64(svg), 415, 'image/type'],
  ['an SVG called a PNG', `data:image/png;base64,${base64(svg)}`, 415, 'image/type'],
  ['a PDF', base64('%PDF-1.7\n'), 415, 'image/type'],
  ['a GIF', base64('GIF89a\x01\x00\x01\x00'), 415, 'image/type'],
  ['a TIFF', base64('II*\x00'), 415, 'image/type'],
  ['a page', `data:text/html;base64,${base64('<script>alert(1)</script>')}`, 415, 'image/type'],
  ['a WAV in the frame of a WebP', base64('RIFF\x00\x00\x00\x00WAVE'), 415, 'image/type'],
  ['a path', '/etc/passwd', 415, 'image/type'],
  ['an address', 'http://169.254.169.254/latest/meta-data', 400, 'image/unreadable'],
  ['half a PNG', base64(png.subarray(0, png.length / 2)), 400, 'image/unreadable'],
  ['16,000 x 16,000', base64(sized(16_000, 16_000)), 413, 'image/size'],
  ['2^31 - 1 x 1', base64(sized(2 ** 31 - 1, 1)), 400, 'image/unreadable'],
  ['1 x 1', base64(sized(1, 1)), 413, 'image/size'],
  ['0 x 0', base64(sized(0, 0)), 400, 'image/unreadable'],
  ['a header of another size than its pixels', base64(sized(100, 100)), 400, 'image/unreadable'],
] as [string, string, number, string?][])('%s', async (_, image, status, code) => {
  const answer = await submit(image)
  expect([answer.status, code && (await codeOf(answer))]).toEqual([status, code])
})

test('no photograph is ever sent back', async () => {
  const answer = await submit(base64(Buffer.concat([jpeg, Buffer.from(page)])))
  const { id, files } = (await answer.json()) as { id: string; files: unknown[] }
  expect(files).toEqual([])
  for (const path of [`/v1/scenes/${id}/files/photograph`, `/download/${id}`])
    expect((await fetch(`${server.url}${path}`)).status).toBe(404)
})

test('one flipped byte anywhere is a picture or an error, never the end of the server', async () => {
  const images = createImageProcess()
  onTestFinished(images.close)
  for (let i = 8; i < png.length; i++) {
    const bytes = Buffer.from(png)
    bytes[i]! ^= 0xff
    await images.open(bytes).then(
      ({ width }) => expect(width).toBeGreaterThan(0),
      (error: { code: string }) => expect(error.code).toMatch(/^image\//),
    )
  }
})

describe('a decoder that', () => {
  const program = new URL('../../test/hungry-decoder.ts', import.meta.url)
  const wishing = (wish: number) => Buffer.concat([png, Buffer.from([wish])])
  const [forever, death, success] = [wishing(0), wishing(1), wishing(2)]

  test('dies is refused, and started anew for the next', async () => {
    const images = createImageProcess({ program })
    onTestFinished(images.close)
    await expect(images.open(death)).rejects.toMatchObject({ code: 'image/costly' })
    expect(await images.open(success)).toMatchObject({ width: 16 })
  })

  test('takes for ever is ended in time', async () => {
    const images = createImageProcess({ program, timeoutMs: 300 })
    onTestFinished(images.close)
    await expect(images.open(forever)).rejects.toMatchObject({ code: 'image/costly' })
    await expect(images.open(forever)).rejects.toMatchObject({ code: 'image/costly' })
  })

  test('is slow to start has its time for the photograph afterwards, and one that never starts is given up', async () => {
    const slow = new URL('../../test/slow-decoder.ts', import.meta.url)
    const images = createImageProcess({ program: slow, timeoutMs: 2500 })
    onTestFinished(images.close)
    expect(await images.open(success)).toMatchObject({ width: 16 })
    const never = createImageProcess({ program: slow, readyMs: 100 })
    onTestFinished(never.close)
    await expect(never.open(success)).rejects.toMatchObject({ code: 'image/busy' })
  })

  test('is busy lets only so many wait', async () => {
    const images = createImageProcess({ program, mostWaiting: 3 })
    onTestFinished(images.close)
    const asked = Array.from({ length: 5 }, () =>
      images.open(success).then(
        () => 'ok',
        (e: { code: string }) => e.code,
      ),
    )
    expect(await Promise.all(asked)).toEqual(['ok', 'ok', 'ok', 'image/busy', 'image/busy'])
    expect(await images.open(success)).toMatchObject({ width: 16 })
  })
})

test('a picture that needs more memory than there is for it is refused, a small one is not', async () => {
  const side = 7000
  const large = { width: side, height: side, rgba: new Uint8ClampedArray(side * side * 4) }
  const images = createImageProcess({ mostBytes: 200 * 2 ** 20 })
  onTestFinished(images.close)
  await expect(images.open(await encodePng(large))).rejects.toMatchObject({ code: 'image/costly' })
  expect(await images.open(png)).toMatchObject({ width: 32 })
})
