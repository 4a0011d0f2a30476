import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import type { ServerFailure, ServerScene } from 'flashworld/client'
import { createClient } from 'flashworld/client'
import { json } from '../../test/serve.ts'
import { runServer } from '../../test/run-server.ts'
import type { Parts } from '../start-workers.ts'
import { internet, post } from './post.ts'
import { isPublicAddress } from './public-address.ts'
import { checkWebhookUrl } from './webhook-url.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

interface Heard {
  readonly headers: Record<string, string>
  readonly body: string
}

/** Somebody who is told; answers with each status in turn, then with the last of them. */
async function receiver(...statuses: readonly number[]) {
  const heard: Heard[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks = (await request.toArray()) as Buffer[]
    heard.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    })
    const status = statuses[heard.length - 1] ?? statuses.at(-1)!
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { heard, host: `hooks.test:${port}`, url: `http://hooks.test:${port}/scenes?for=us` }
}

/** A network in which every name is this machine, and that may be called. */
const here: Parts['webhooks'] = {
  network: {
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    mayCall: () => true,
  },
  waitsMs: [20, 20, 20],
}

const flags = (host: string) => ({ 'webhook-host': host, 'webhook-secret': secret })

const ask = async (url: string, webhook: unknown, prompt = 'a house') => {
  const answer = await fetch(`${url}/v1/scenes`, json({ prompt, webhook }))
  return {
    status: answer.status,
    body: (await answer.json()) as ServerScene & { error: ServerFailure },
  }
}

test('who asked for it is told, signed, how the scene has ended', async () => {
  const { heard, host, url: webhook } = await receiver(204)
  const { url } = await runServer({ flags: flags(host), parts: { webhooks: here } })
  const client = createClient({ url })
  const made = await client.scenes.create({ prompt: 'a house' }, { webhook })
  const failed = await client.scenes.create({ prompt: 'fail' }, { webhook })
  await client.scenes.create({ prompt: 'nobody is told of this' })
  await expect.poll(() => heard.length).toBe(2)
  const standard = new Webhook(secret)
  const told = heard.map(({ body, headers }) => {
    const message = standard.verify(body, headers) as { type: string; data: ServerScene }
    expect(headers['webhook-id']).toBe(message.data.id)
    expect(() => standard.verify(`${body} `, headers)).toThrow()
    return message
  })
  const of = (id: string) => told.find(({ data }) => data.id === id)!
  expect(of(made.id)).toMatchObject({
    type: 'scene.completed',
    timestamp: expect.stringMatching(/Z$/) as string,
    data: { state: 'completed', prompt: 'a house', error: null },
  })
  expect(of(made.id).data).toEqual(await client.scenes.get(made.id))
  expect(of(failed.id)).toMatchObject({
    type: 'scene.failed',
    data: { error: { code: 'scene/not-finite' } },
  })
})

test('a receiver that fails is told again, and one that does not want it is not', async () => {
  const failing = await receiver(500, 302, 200)
  const gone = await receiver(410)
  const never = await receiver(503)
  const hosts = [failing, gone, never].map(({ host }) => host).join()
  const { url } = await runServer({ flags: flags(hosts), parts: { webhooks: here } })
  for (const { url: webhook } of [failing, gone, never])
    expect((await ask(url, webhook)).status).toBe(202)
  const measured = async (outcome: string) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(text.match(`webhook_tries_total{outcome="${outcome}"} (\\d+)`)?.[1] ?? 0)
  }
  await expect.poll(() => measured('given-up')).toBe(2)
  await expect.poll(() => measured('delivered')).toBe(1)
  expect([failing, gone, never].map(({ heard }) => heard.length)).toEqual([3, 1, 4])
  expect(new Set(failing.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
})

test('a server that was away tells when it is back', async () => {
  const { heard, host, url: webhook } = await receiver(200)
  const away: Parts['webhooks'] = {
    ...here,
    network: { ...here.network!, resolve: () => Promise.reject(new Error('no network')) },
    waitsMs: [3000],
  }
  const first = await runServer({ flags: flags(host), parts: { webhooks: away } })
  const { body } = await ask(first.url, webhook)
  await Array.fromAsync(createClient({ url: first.url }).events(body.id))
  await first.stop()
  expect(heard).toEqual([])
  await runServer({ flags: flags(host), parts: { webhooks: here }, data: first.data })
  await expect.poll(() => heard.length, { timeout: 40_000 }).toBe(1)
})

test('only hosts of the operator’s list are taken', async () => {
  const { url } = await runServer({
    flags: { ...flags('hooks.example.org,other.example:8443'), 'max-concurrent': '0' },
  })
  const key = { 'idempotency-key': 'k', 'content-type': 'application/json' }
  const send = (webhook: string) =>
    fetch(`${url}/v1/scenes`, {
      ...json({ prompt: 'a house', webhook, seed: 1 }),
      headers: key,
    })
  expect((await send('https://hooks.example.org/a')).status).toBe(202)
  expect((await send('https://hooks.example.org/a')).status).toBe(200)
  expect((await send('https://hooks.example.org/b')).status).toBe(409)
  for (const webhook of [
    ...['https://evil.example/', 'https://hooks.example.org.evil.example/', 'http://127.0.0.1/'],
    ...['https://hooks.example.org:8443/', 'https://other.example/', 'file:///etc/passwd'],
    ...['https://a:b@hooks.example.org/', 'ftp://hooks.example.org/', '//hooks.example.org/', ''],
    ...[`https://hooks.example.org/${'a'.repeat(2000)}`, 7, {}, null],
  ]) {
    const { status, body } = await ask(url, webhook)
    expect([status, body.error?.code], String(webhook)).toEqual([400, 'request/webhook'])
  }
  const { url: closed } = await runServer({ flags: { 'max-concurrent': '0' } })
  expect((await ask(closed, 'https://hooks.example.org/')).status).toBe(400)
  expect(checkWebhookUrl('https://HOOKS.example.org:443/#a', ['Hooks.Example.org'])).toBe(
    'https://hooks.example.org/',
  )
})

test('hosts without a secret to sign with are refused at the start', async () => {
  for (const text of ['', 'secret', 'whsec_c2hvcnQ='])
    await expect(
      runServer({ flags: { 'webhook-host': 'hooks.example.org', 'webhook-secret': text } }),
    ).rejects.toMatchObject({ code: 'options/invalid' })
})

test.each([
  ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '::1', '::', 'fe80::1', 'fd00::1'],
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1'],
  ...['ff02::1', '::127.0.0.1', 'no address'],
])('%s is not called', (address) => {
  expect(isPublicAddress({ address, family: 4 })).toBe(false)
})

test.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s may be called',
  (address) => {
    expect(isPublicAddress({ address, family: 4 })).toBe(true)
  },
)

test('a name that leads to this machine, by whichever of its addresses, is not connected to', async () => {
  const { heard, url, host } = await receiver(200)
  const { port } = new URL(url)
  const message = { headers: {}, body: '{}' }
  const signal = AbortSignal.timeout(5000)
  const mixed = [
    { address: '93.184.216.34', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  for (const [to, resolve] of [
    [`http://localhost:${port}/`, internet.resolve],
    [`http://127.0.0.1:${port}/`, internet.resolve],
    [`http://[::1]:${port}/`, internet.resolve],
    [`http://2130706433:${port}/`, internet.resolve],
    [`http://${host}/`, async () => mixed],
  ] as const)
    await expect(post(to, message, { ...internet, resolve }, signal), to).rejects.toThrow(
      'not one that may be called',
    )
  expect(heard).toEqual([])
})

test('the address that was checked is the one that is called, whatever the name says later', async () => {
  const { heard, url } = await receiver(200)
  let asked = 0
  const resolve = async () => [
    { address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 as const },
  ]
  const network = { resolve, mayCall: ({ address }: { address: string }) => address !== '10.0.0.1' }
  const message = { headers: {}, body: '{}' }
  expect(await post(url, message, network, AbortSignal.timeout(5000))).toBe(200)
  expect([asked, heard.length]).toEqual([1, 1])
})

test('what was called by its number says nothing more when its time has passed', async () => {
  const { url } = await receiver(200)
  const { port } = new URL(url)
  const unheard: unknown[] = []
  const hear = (reason: unknown) => void unheard.push(reason)
  process.on('unhandledRejection', hear)
  onTestFinished(() => void process.off('unhandledRejection', hear))
  const signal = AbortSignal.timeout(500)
  expect(
    await post(`http://127.0.0.1:${port}/`, { headers: {}, body: '{}' }, here.network!, signal),
  ).toBe(200)
  await once(signal, 'abort')
  await setImmediate()
  expect(unheard).toEqual([])
})

test('who takes a connection and says nothing is given up, and holds up nobody', async () => {
  const silent = createServer(() => {})
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => silent.closeAllConnections())
  const { port } = silent.address() as AddressInfo
  const hurried = post(
    `http://hooks.test:${port}/`,
    { headers: {}, body: '{}' },
    here.network!,
    AbortSignal.timeout(200),
  )
  await expect(hurried).rejects.toThrow()
  const quick = await receiver(200)
  const { url } = await runServer({
    flags: flags(`hooks.test:${port},${quick.host}`),
    parts: { webhooks: here },
  })
  await ask(url, `http://hooks.test:${port}/`)
  await ask(url, quick.url)
  await expect.poll(() => quick.heard.length, { timeout: 8000 }).toBe(1)
})
