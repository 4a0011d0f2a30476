import { BufferSource, Input, MP4 } from 'mediabunny'
import { afterEach, expect, test, vi } from 'vitest'
import type { ServerFailure, ServerScene } from 'flashworld/client'
import { createClient } from 'flashworld/client'
import { filmTest } from '../../../../../packages/flashworld/test/film-test.ts'
import { runServer } from '../../../test/run-server.ts'

afterEach(() => vi.unstubAllEnvs())

/** A server with a completed scene. */
async function sceneOnServer() {
  const { url, lines } = await runServer()
  const client = createClient({ url })
  const { id } = await client.scenes.create({ prompt: 'a house', resolution: [2, 64, 96] })
  await Array.fromAsync(client.events(id))
  const file = (name: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/scenes/${id}/files/${name}`, { headers })
  return { url, id, file, lines }
}

/** What a player sees of a film. */
async function watch(bytes: ArrayBuffer) {
  const input = new Input({ formats: [MP4], source: new BufferSource(bytes) })
  const track = (await input.getPrimaryVideoTrack())!
  const { packetCount } = await track.computePacketStats()
  return [track.codec, track.displayWidth, track.displayHeight, packetCount]
}

const form = (content: Blob) => {
  const body = new FormData()
  body.append('file', content, 'scene.ply')
  return { method: 'POST', body }
}

filmTest(
  'a scene’s film is made when it is asked for, kept, and played from anywhere',
  async () => {
    const { url, id, file } = await sceneOnServer()
    const answers = await Promise.all([file('film.mp4'), file('film.mp4')])
    const [first, second] = answers as [Response, Response]
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'video/mp4'])
    expect(first.headers.get('content-disposition')).toMatch(/^inline; filename="a-house.film.mp4"/)
    const etag = first.headers.get('etag')!
    expect(second.headers.get('etag')).toBe(etag)
    const bytes = await first.arrayBuffer()
    expect(await watch(bytes)).toEqual(['avc', 704, 480, expect.any(Number)])
    const part = await file('film.mp4', { range: 'bytes=4-7' })
    expect([part.status, await part.text()]).toEqual([206, 'ftyp'])
    expect((await file('film.mp4', { 'if-none-match': etag })).status).toBe(304)
    const { files } = (await (await fetch(`${url}/v1/scenes/${id}`)).json()) as ServerScene
    expect(files).toContainEqual({
      ...{ name: 'film.mp4', bytes: bytes.byteLength },
      url: `/v1/scenes/${id}/files/film.mp4`,
    })
  },
)

filmTest(
  'a film of an uploaded scene has the size, the length and the pictures asked for',
  async () => {
    const { url, file } = await sceneOnServer()
    const ply = await (await file('scene.ply')).blob()
    const asked = 'to=mp4&width=96&height=64&fps=10&seconds=0.5&path=dolly-forward'
    const film = await fetch(`${url}/v1/render?${asked}`, form(ply))
    expect([film.status, film.headers.get('content-type')]).toEqual([200, 'video/mp4'])
    expect(await watch(await film.arrayBuffer())).toEqual(['avc', 96, 64, 6])
    const endless = await fetch(`${url}/v1/render?to=mp4&fps=60&seconds=60`, form(ply))
    expect(endless.status).toBe(400)
  },
)

test('without its packages a film is refused, the log says what to install, and pictures are drawn', async () => {
  const { url, file, lines } = await sceneOnServer()
  const ply = await (await file('scene.ply')).blob()
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) {
      if (name.startsWith('@napi-rs/webcodecs')) throw new Error('not installed')
      return next(name, context)
    } })`
  vi.stubEnv('NODE_OPTIONS', `--import=data:text/javascript,${encodeURIComponent(hook)}`)
  for (const answer of [
    await file('film.mp4'),
    await fetch(`${url}/v1/render?to=mp4`, form(ply)),
  ]) {
    const { error } = (await answer.json()) as { error: ServerFailure }
    expect([answer.status, error.code]).toEqual([501, 'package/missing'])
    expect(error.hint).toContain('/v1/capabilities')
    expect(JSON.stringify(error)).not.toContain('npm')
  }
  const told = lines.filter((line) => line.includes('package/missing'))
  expect(told).toHaveLength(2)
  for (const line of told) expect(line).toContain('npm install mediabunny@1 @napi-rs/webcodecs@1.3')
  expect((await fetch(`${url}/v1/render?to=webp&width=64&height=48`, form(ply))).status).toBe(200)
})
