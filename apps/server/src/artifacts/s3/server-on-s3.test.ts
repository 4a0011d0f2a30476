import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from 'flashworld/client'
import { readGaussians } from '@flashworld/splats'
import { json } from '../../../test/serve.ts'
import { runServer } from '../../../test/run-server.ts'
import { hasCeph, startCeph } from '../../../test/ceph.ts'
import type { TestS3 } from '../../../test/s3-server.ts'
import { startS3 } from '../../../test/s3-server.ts'

const servers = [startS3, ...(hasCeph ? [startCeph] : [])]

test.each(servers)(
  'a scene is made, kept in a bucket, fetched in parts, converted there and removed, by %o',
  async (start) => {
    const s3 = await start()
    onTestFinished(() => s3.stop())
    const { url, data } = await runServer({ flags: { 'artifact-url': s3.url } })
    const client = createClient({ url })
    const { id } = await client.scenes.create({ prompt: 'a house' })
    const types = (await Array.fromAsync(client.events(id))).map(({ type }) => type)
    expect(types.at(-1)).toBe('done')
    const file = (name: string, headers: Record<string, string> = {}) =>
      fetch(`${url}/v1/scenes/${id}/files/${name}`, { headers })

    const whole = await file('scene.ply')
    const bytes = Buffer.from(await whole.arrayBuffer())
    expect(whole.headers.get('content-length')).toBe(String(bytes.length))
    expect((await readGaussians(bytes)).gaussians.count).toBe(100)
    const etag = whole.headers.get('etag')!
    const part = await file('scene.ply', { range: 'bytes=100-199', 'if-range': etag })
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-199/${bytes.length}`,
    ])
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
    expect((await file('scene.ply', { range: `bytes=${bytes.length}-` })).status).toBe(416)
    expect((await file('scene.ply', { 'if-none-match': etag })).status).toBe(304)
    expect((await file('step-1.webp')).headers.get('content-type')).toBe('image/webp')

    const splat = await file('scene.splat')
    expect((await splat.arrayBuffer()).byteLength).toBe(3200)
    const names = (await client.scenes.get(id)).files.map(({ name }) => name)
    expect(names).toEqual(['scene.ply', 'scene.splat', 'step-1.webp'])
    expect(existsSync(join(data, 'scenes'))).toBe(false)
    expect(readdirSync(join(data, 'fetched'))).toEqual([])

    await client.scenes.remove(id)
    expect((await file('scene.ply')).status).toBe(404)
  },
)

test.each(servers)(
  'a bucket that is not there, or not for that key, is said at the start, by %o',
  async (start) => {
    const s3 = await start()
    onTestFinished(() => s3.stop())
    const others: Parameters<TestS3['urlWith']>[0][] = [{ bucket: 'nothing' }, { key: 'NOBODY' }]
    // s3rver takes any signature
    if (start === startCeph) others.push({ secret: 'another' })
    for (const url of others.map(s3.urlWith))
      await expect(runServer({ flags: { 'artifact-url': url } })).rejects.toMatchObject({
        code: 'options/invalid',
      })
  },
)

test('while the bucket does not answer, what needs it is answered 503 and the rest goes on', async () => {
  const s3 = await startS3()
  const { url } = await runServer({ flags: { 'artifact-url': s3.url, 'max-concurrent': '0' } })
  const answer = await fetch(`${url}/v1/scenes`, json({ prompt: 'a house' }))
  const { id } = (await answer.json()) as { id: string }
  await s3.stop()
  expect((await fetch(`${url}/v1/scenes/${id}`)).status).toBe(200)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/v1/scenes/${id}`, { method: 'DELETE' })).status).toBe(503)
})
