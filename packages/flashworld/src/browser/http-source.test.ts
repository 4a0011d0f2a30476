import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createNoise } from '@flashworld/engine'
import { httpSource } from './http-source.ts'

/** Longer than some of the source's blocks. */
const content = new Uint8Array(createNoise(1).normal(700_000).buffer)

const quick = { pauseSeconds: 0.001, tries: 3 }

interface Answer {
  readonly status?: number
  readonly etag?: string
  /** Bytes of the body after which the connection drops. */
  readonly dropAfter?: number
  readonly stall?: boolean
  readonly hangUp?: boolean
}

/** A server of `content` at /model/file that answers its n-th request as `behave` says. */
async function serve(behave: (n: number) => Answer = () => ({}), { ranges = true } = {}) {
  const asked: string[] = []
  const passes: (string | undefined)[] = []
  const listen: RequestListener = (request, response) => {
    const { status, etag = '"1"', dropAfter, stall, hangUp } = behave(asked.length)
    const { range, authorization } = request.headers
    asked.push(range ?? 'whole')
    passes.push(authorization)
    if (stall) return
    if (hangUp) return request.socket.destroy()
    if (status || request.url !== '/model/file') return response.writeHead(status ?? 404).end()
    const match = ranges ? /^bytes=(\d+)-(\d+)$/.exec(range ?? '') : null
    const [start, end] = match
      ? [Number(match[1]), Math.min(content.length, Number(match[2]) + 1)]
      : [0, content.length]
    if (start >= content.length) {
      return response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    }
    response.writeHead(match ? 206 : 200, {
      etag,
      'content-length': end - start,
      ...(match && { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
    })
    if (dropAfter === undefined) return response.end(content.subarray(start, end))
    response.write(content.subarray(start, start + dropAfter), () => response.destroy())
  }
  const server = createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`, asked, passes }
}

test.each([
  [0, 10],
  [2 ** 20 - 3, 2 ** 20 + 3],
  [5, 2 ** 21 + 7],
  [content.length - 4, content.length],
  [content.length - 4, content.length + 9],
])('reads bytes %d to %d by ranges', async (start, end) => {
  const { url, asked } = await serve()
  const source = httpSource(url)
  expect(await source.size('file')).toBe(content.length)
  expect(await source.read('file', start, end)).toEqual(content.slice(start, end))
  expect(asked).not.toContain('whole')
})

test('neighbours cost one request', async () => {
  const { url, asked } = await serve()
  const source = httpSource(url)
  for (let i = 0; i < 100; i++) await source.read('file', i * 1000, i * 1000 + 1000)
  expect(asked).toHaveLength(2)
})

test('goes on where a connection dropped, as long as each brings something', async () => {
  const { url, asked } = await serve((n) => (n === 0 ? {} : { dropAfter: 300_000 }))
  const read = await httpSource(url, { ...quick, tries: 2 }).read('file', 100, 1_500_000)
  expect(read).toEqual(content.slice(100, 1_500_000))
  expect(asked.length).toBeGreaterThan(5)
})

test.each<[string, Answer, RegExp]>([
  ['is hung up', { hangUp: true }, /within 3 tries/],
  ['says nothing', { stall: true }, /nothing came for 2 s/],
  ['is overloaded', { status: 503 }, /503/],
])('a connection that %s is tried again, at last with a code', async (_name, answer, message) => {
  const { url, asked } = await serve(() => answer)
  const options = answer.stall ? { ...quick, stallSeconds: 2 } : quick
  await expect(httpSource(url, options).size('file')).rejects.toMatchObject({
    code: 'weights/network',
    message: expect.stringMatching(message) as string,
  })
  expect(asked).toHaveLength(3)
  const better = await serve((n) => (n === 1 ? {} : answer))
  expect(await httpSource(better.url, options).size('file')).toBe(content.length)
})

test('no file is undefined; a refusal has a code at once; another try may find it', async () => {
  const { url, asked } = await serve((n) => (n < 1 ? { status: 403 } : {}))
  const source = httpSource(url, quick)
  await expect(source.size('file')).rejects.toMatchObject({ code: 'weights/network' })
  expect(asked).toHaveLength(1)
  expect(await source.size('file')).toBe(content.length)
  expect(await source.size('other')).toBeUndefined()
})

test.each<[string, Answer]>([
  ['has another tag', { etag: '"2"' }],
  ['is shorter', { status: 416 }],
])('a file that meanwhile %s is not mixed with the first', async (_name, answer) => {
  const { url } = await serve((n) => (n < 2 ? {} : answer))
  const source = httpSource(url, quick)
  await source.read('file', 0, 10)
  await expect(source.read('file', 2 ** 21, 2 ** 21 + 10)).rejects.toMatchObject({
    code: 'weights/changed',
  })
})

test('a server without ranges is asked for the whole once, again after a drop', async () => {
  const { url, asked } = await serve((n) => (n === 1 ? { dropAfter: 1000 } : {}), { ranges: false })
  const source = httpSource(url, quick)
  expect(await source.size('file')).toBe(content.length)
  expect(await source.read('file', 7, 2000)).toEqual(content.slice(7, 2000))
  expect(asked).toHaveLength(3)
})

test('a signal ends it with its reason, while it waits too', async () => {
  const { url } = await serve(() => ({ stall: true }))
  const abort = new AbortController()
  const size = httpSource(url, { signal: abort.signal }).size('file')
  setTimeout(() => abort.abort(new Error('enough')), 50)
  await expect(size).rejects.toThrow('enough')
})

test('sends its headers, and asks for nothing outside its folder', async () => {
  const { url, passes } = await serve()
  const source = httpSource(url, { headers: { authorization: 'Bearer me' } })
  await expect(source.size('../secret')).rejects.toMatchObject({ code: 'weights/missing-file' })
  expect(await source.size('https://example.org/x')).toBeUndefined()
  await source.read('file', 0, 10)
  expect(passes).toEqual(['Bearer me', 'Bearer me', 'Bearer me'])
})

test.each(['text/html', 'text/html; charset=utf-8'])(
  'a server that answers with its page (%s) for what it does not have has no such file',
  async (type) => {
    const server = createServer((_, response) =>
      response.writeHead(200, { 'content-type': type }).end('<!doctype html>'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const source = httpSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/model`)
    expect(await source.size('flashworld.json')).toBeUndefined()
    expect(await source.read('flashworld.json', 0, 10)).toHaveLength(0)
  },
)
