import { randomUUID } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonText, requestText } from '../../test/call-routes.ts'
import { json, serve, statusIn } from '../../test/serve.ts'

/** Clients that take or give a little at a time, or leave. */

const uploaded = randomUUID()
const megabytes = 100

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve({ 'rate-limit': '0' }, async (data) => {
    const folder = join(data, 'scenes', uploaded, '0')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'upload'), '')
    const file = await open(join(folder, 'upload'), 'r+')
    await file.truncate(megabytes * 2 ** 20)
    await file.close()
  })
})
afterAll(() => server[Symbol.asyncDispose]())

const isWell = async () => (await fetch(`${server.url}/healthz`)).status === 200

const dial = (text: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(server.port, 'localhost', () => {
      socket.write(text)
      resolve(socket)
    })
    socket.on('error', () => {})
  })

test('who does not read a large file holds no memory of ours, and is let go when he leaves', async () => {
  const before = process.memoryUsage.rss()
  const path = `/gradio_api/file=${uploaded}/upload`
  const readers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = await dial(requestText({ method: 'GET', path }, {}))
      socket.pause()
      return socket
    }),
  )
  await sleep(2000)
  expect(await isWell()).toBe(true)
  // a megabyte or two a reader is the system's and the streams', here on both sides
  expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 5 * 2 ** 20)
  for (const socket of readers) socket.destroy()
  const whole = await fetch(`${server.url}${path}`)
  let bytes = 0
  for await (const chunk of whole.body!) bytes += chunk.length
  expect(bytes).toBe(megabytes * 2 ** 20)
})

test('bodies that come a byte at a time hold nobody up', async () => {
  const head = requestText(
    { method: 'POST', path: '/v1/scenes' },
    { 'content-type': 'application/json', 'content-length': 1000 },
  )
  const drips = await Promise.all(Array.from({ length: 100 }, () => dial(head)))
  const dripping = setInterval(() => drips.forEach((socket) => socket.write(' ')), 100)
  const began = performance.now()
  for (let i = 0; i < 20; i++) expect(await isWell()).toBe(true)
  expect(performance.now() - began).toBeLessThan(10_000)
  clearInterval(dripping)
  for (const socket of drips) socket.destroy()
  expect(server.lines.filter((line) => line.includes('"level":50'))).toEqual([])
})

/** The keys of a job are known to whoever may list it: how many there are tells whether one was taken twice. */
const countOf = async (prompt: string) => {
  const { scenes } = (await (await fetch(`${server.url}/v1/scenes?limit=100`)).json()) as {
    scenes: readonly { readonly prompt: string }[]
  }
  return scenes.filter((scene) => scene.prompt === prompt).length
}

const withKey = (key: string, body: object) => {
  const { headers, ...init } = json(body)
  return fetch(`${server.url}/v1/scenes`, {
    ...init,
    headers: { ...headers, 'idempotency-key': key },
  })
}

test('one key with one request, a hundred times at once, is one scene; with another request it is 409', async () => {
  const body = { prompt: 'the same wish', seed: 1 }
  const answers = await Promise.all(Array.from({ length: 100 }, () => withKey('one', body)))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array<number>(99).fill(200), 202])
  const scenes = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[]
  expect(new Set(scenes.map(({ id }) => id)).size).toBe(1)
  expect(await countOf('the same wish')).toBe(1)
  expect((await withKey('one', { ...body, seed: 2 })).status).toBe(409)
  expect((await withKey('one', { prompt: body.prompt })).status).toBe(409)
  expect((await withKey('one', { ...body, seeds: 2 })).status).toBe(409)
  expect(await countOf('the same wish')).toBe(1)
})

test('one key with a batch of another number or other seeds is 409, and none of it is made', async () => {
  const body = { prompt: 'three houses', seeds: [1, 2, 3] }
  expect((await withKey('three', body)).status).toBe(202)
  expect((await withKey('three', body)).status).toBe(200)
  for (const seeds of [[1, 2], [1, 2, 3, 4], [1, 2, 4], 3])
    expect((await withKey('three', { ...body, seeds })).status).toBe(409)
  expect((await withKey('three', { prompt: body.prompt, seed: 1 })).status).toBe(409)
  expect(await countOf('three houses')).toBe(3)
})

test('who leaves before the answer has one scene or none, and his key finds it', async () => {
  for (let i = 0; i < 20; i++) {
    const prompt = `wish ${i}`
    const text = jsonText('/v1/scenes', JSON.stringify({ prompt, seed: 1 })).replace(
      'connection: close',
      `idempotency-key: key-${i}`,
    )
    const socket = await dial(text)
    await sleep(i)
    socket.destroy()
    await sleep(20)
    expect(await countOf(prompt)).toBeLessThanOrEqual(1)
    expect([200, 202]).toContain((await withKey(`key-${i}`, { prompt, seed: 1 })).status)
    expect(await countOf(prompt)).toBe(1)
  }
})

test('who leaves in the middle of a form leaves no file behind', async () => {
  const { readdir } = await import('node:fs/promises')
  const folder = join(server.data, 'scenes')
  const before = (await readdir(folder)).length
  const part = [
    '--b',
    'content-disposition: form-data; name="files"; filename="a.png"',
    'content-type: image/png',
    '',
    'x'.repeat(1000),
  ].join('\r\n')
  for (const path of ['/gradio_api/upload', '/v1/scenes', '/v1/convert?to=spz', '/v1/render']) {
    const socket = await dial(
      requestText(
        { method: 'POST', path },
        { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 1e6 },
        part,
      ),
    )
    await sleep(50)
    socket.destroy()
  }
  await sleep(500)
  expect((await readdir(folder)).length).toBe(before)
  expect(await readdir(join(server.data, 'staging')).catch(() => [])).toEqual([])
  expect(await isWell()).toBe(true)
})

test('Upgrade is not heard, and two requests in one packet get two answers in their order', async () => {
  const upgrade = requestText(
    { method: 'GET', path: '/healthz' },
    { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': 13 },
  )
  const answers = await new Promise<string>((resolve) => {
    let heard = ''
    void dial(
      `${requestText({ method: 'GET', path: '/healthz' }, { connection: 'keep-alive' })}${requestText({ method: 'GET', path: '/nothing' }, {})}`,
    ).then((socket) => {
      socket.on('data', (chunk) => (heard += String(chunk)))
      socket.on('close', () => resolve(heard))
    })
  })
  expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
    '200',
    '404',
  ])
  const socket = await dial(upgrade)
  const heard = await new Promise<string>((resolve) =>
    socket.once('data', (chunk) => resolve(String(chunk))),
  )
  socket.destroy()
  expect(statusIn(heard)).not.toBe(101)
})
