import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { allocateGaussians, writePly, writeSpz } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { runServer } from '../../../test/run-server.ts'

const floats = ['x', 'y', 'z', 'scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3']
const properties = [...floats, 'opacity', 'f_dc_0', 'f_dc_1', 'f_dc_2']
  .map((name) => `property float ${name}\n`)
  .join('')

const ply = (count: string, more = '') =>
  `ply\nformat binary_little_endian 1.0\nelement vertex ${count}\n${properties}${more}end_header\n${'x'.repeat(300)}`

/** The head of an SPZ of the second version, and zeros, compressed. */
function spz({ points, rest }: { readonly points: number; readonly rest: number }) {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(0x5053474e, 0)
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(points, 8)
  head[13] = 12
  return gzipSync(Buffer.concat([head, Buffer.alloc(rest)]))
}

const pair = allocateGaussians(2, 0)
pair.rotations.set([1, 0, 0, 0, 1, 0, 0, 0])
const whole = Buffer.concat(await Array.fromAsync(writePly(pair)))

/** One of each kind: what each format refuses is tested in `@flashworld/splats`; here, that it is refused by HTTP. */
const attacks: readonly (readonly [name: string, what: string, content: string | Uint8Array])[] = [
  ['a PLY of 2^31 - 1 points', 'a.ply', ply('2147483647')],
  ['a PLY of x points', 'a.ply', ply('0x10')],
  ['a PLY of ten thousand properties', 'a.ply', ply('1', 'property float a\n'.repeat(10_000))],
  ['a PLY with a list at its end', 'a.ply', ply('1', 'property list uchar int l\n')],
  ['half a PLY', 'a.ply', whole.subarray(0, whole.length - 20)],
  ['an SPZ that is a bomb', 'a.spz', spz({ points: 1, rest: 300_000_000 })],
  ['an SPZ of 2^32 - 1 points', 'a.spz', spz({ points: 2 ** 32 - 1, rest: 64 })],
  ['a .splat of 33 bytes', 'a.splat', Buffer.alloc(33)],
  ['a page', 'a.ply', '<script>alert(1)</script>'],
]

test('no scene file that somebody brings does more than be refused', async () => {
  const { url, data } = await runServer({ flags: { 'max-concurrent': '0' } })
  const convert = async (name: string, content: string | Uint8Array) => {
    const body = new FormData()
    body.append('file', new Blob([content as BlobPart]), name)
    const answer = await fetch(`${url}/v1/convert?to=ply`, { method: 'POST', body })
    return { status: answer.status, text: await answer.text() }
  }
  const answers = attacks.map(async ([what, name, content]) => ({
    what,
    ...(await convert(name, content)),
  }))
  for (const { what, status, text } of await Promise.all(answers)) {
    expect([400, 413, 415], `${what}: ${status} ${text.slice(0, 300)}`).toContain(status)
    expect(text, what).toMatch(/"code":"(splats|body)\//)
    expect(text, what).not.toMatch(/\/tmp|node_modules|\.ts:/)
  }
  // what a file is, its bytes say
  const packed = Buffer.concat(await Array.fromAsync(writeSpz(pair)))
  expect((await convert('a.ply', packed)).status).toBe(200)
  await expect.poll(() => readdir(join(data, 'work'))).toEqual([])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})
