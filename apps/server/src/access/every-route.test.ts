import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions } from '../options.ts'
import { guardRoutes } from './guard.ts'
import type { TokenRecord } from './tokens.ts'
import { addToken, hashOf } from './tokens.ts'
import { pathOf, requestText, someId } from '../../test/call-routes.ts'
import { json, serve, statusIn, talk } from '../../test/serve.ts'

/** Rules that hold for all routes, held against the router's own list of them. */

let server: Awaited<ReturnType<typeof serve>>
let pages: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve({ token: 'fw_secret', 'rate-limit': '1000000' })
  pages = await serve()
  // whoever was let in before is not locked out by those who guess from the same address
  await fetch(`${server.url}/v1/queue`, { headers: own })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await pages[Symbol.asyncDispose]()
})

const own = { authorization: 'Bearer fw_secret' }

const id = '00000000-0000-4000-8000-000000000000'

interface Call {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Calls each route with these headers and gives the statuses that came, with the routes that they came from. */
async function callAll(
  { port, routes }: { readonly port: number; readonly routes: typeof server.routes },
  call: (route: (typeof server.routes)[number]) => Call | undefined,
) {
  const statuses = new Map<number, string[]>()
  for (const route of routes) {
    const asked = call(route)
    if (!asked) continue
    const path = route.url.replaceAll(/:id\b|:\w+/g, (name) => (name === ':id' ? id : 'x'))
    const lines = [
      `${asked.method} ${path.replace('*', 'x')} HTTP/1.1`,
      ...Object.entries({ host: `localhost:${port}`, connection: 'close', ...asked.headers }).map(
        ([name, value]) => `${name}: ${value}`,
      ),
    ]
    const status = statusIn(await talk(port, `${lines.join('\r\n')}\r\n\r\n${asked.body ?? ''}`))
    statuses.set(status, [...(statuses.get(status) ?? []), `${asked.method} ${path}`])
  }
  return Object.fromEntries(statuses)
}

test('there are routes of every scope', () => {
  expect(server.routes.length).toBeGreaterThan(10)
  expect([...new Set(server.routes.map(({ scope }) => scope))]).toEqual(
    expect.arrayContaining(['none', 'read', 'generate']),
  )
})

describe('on every route', () => {
  test('without a token: 401, but for probes and pages', async () => {
    const statuses = await callAll(server, ({ method, scope }) =>
      scope === 'none' ? undefined : { method },
    )
    expect(Object.keys(statuses)).toEqual(['401'])
  })

  test('with a wrong token: 401, then 429 for guessing on', async () => {
    const statuses = await callAll(server, ({ method, scope }) =>
      scope === 'none' ? undefined : { method, headers: { authorization: 'Bearer fw_secreu' } },
    )
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['401']))
    expect(Object.keys(statuses).every((status) => ['401', '429'].includes(status))).toBe(true)
  })

  test.each([
    'evil.example',
    '127.0.0.1.nip.io',
    'localhost.evil.example',
    'localhost@evil.example',
    'localhost:80:80',
    '',
  ])('called as host %j: 421', async (host) => {
    const statuses = await callAll(server, ({ method }) => ({ method, headers: { ...own, host } }))
    expect(Object.keys(statuses)).toEqual(['421'])
  })

  test.each([
    'null',
    'https://evil.example',
    'http://localhost.evil.example',
    'file://',
    'http://',
  ])('from a page of %s: 403, and it may not read', async (origin) => {
    const statuses = await callAll(pages, ({ method }) => ({ method, headers: { origin } }))
    expect(Object.keys(statuses)).toEqual(['403'])
  })

  test.each(['cross-site', 'same-site'])(
    'called by a page that names no origin (%s): 403',
    async (site) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }
      const statuses = await callAll(pages, ({ method }) => ({ method, headers }))
      expect(Object.keys(statuses)).toEqual(['403'])
    },
  )

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json garbage',
    'application/json\ta',
    'application/json; charset=utf-16',
    '',
  ])('a body of type %j: 415, where one is taken at all', async (type) => {
    const statuses = await callAll(server, ({ method, isLimited }) =>
      isLimited
        ? {
            method,
            headers: { ...own, 'content-type': type, 'content-length': '2' },
            body: '{}',
          }
        : undefined,
    )
    expect(Object.keys(statuses)).toEqual(['415'])
  })

  test('a body that says it is too long is refused before it comes: 413', async () => {
    const statuses = await callAll(server, ({ method, isLimited }) =>
      isLimited && method === 'POST'
        ? {
            method,
            headers: {
              ...own,
              'content-type': 'application/json',
              'content-length': `${2 ** 40}`,
            },
          }
        : undefined,
    )
    expect(Object.keys(statuses).filter((status) => !['413', '404'].includes(status))).toEqual([])
  })

  test('no answer is without its guard against being shown as something else', async () => {
    for (const { method, url } of server.routes.filter(({ method }) => method === 'GET')) {
      const path = url.replaceAll(/:id\b|:\w+/g, id).replace('*', 'x')
      const { headers } = await fetch(`${server.url}${path}`, { method, headers: own })
      expect(headers.get('x-content-type-options'), url).toBe('nosniff')
      expect(headers.get('content-security-policy'), url).toMatch(/default-src 'none'/)
      expect(headers.get('cross-origin-opener-policy'), url).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy'), url).toBe('require-corp')
      expect(headers.get('cross-origin-resource-policy'), url).toBe('same-origin')
      expect(headers.get('x-request-id'), url).toMatch(/^[\w-]{36}$/)
    }
  })

  test('a method that is not there: 404, or 400 for what is no method', async () => {
    const ways = [
      ['TRACE', [404, 405]],
      ['FOO', [400]],
    ] as const
    for (const [method, expected] of ways) {
      const statuses = await callAll(server, () => ({ method, headers: own }))
      for (const status of Object.keys(statuses).map(Number)) expect(expected).toContain(status)
    }
  })
})

test('a scene of another is on every route what a scene that never was is', async () => {
  const tokens: Record<string, string> = {}
  await using shared = await serve({ 'rate-limit': '0' }, async (data) => {
    for (const name of ['ann', 'bob'])
      tokens[name] = await addToken(join(data, 'tokens.json'), name, ['generate', 'read'])
  })
  const by = (name: string) => ({ authorization: `Bearer ${tokens[name]}` })
  const { headers, ...init } = json({ prompt: 'a' })
  const made = await fetch(`${shared.url}/v1/scenes`, {
    ...init,
    headers: { ...headers, ...by('ann') },
  })
  const { id: hers } = (await made.json()) as { id: string }
  const withId = shared.routes.filter(({ url }) => /:id\b|:event|\*/.test(url))
  expect(withId.length).toBeGreaterThan(10)
  for (const route of withId) {
    const ask = async (one: string) => {
      const path = pathOf(route, one).replaceAll(someId, one)
      const text = requestText({ method: route.method, path }, by('bob'))
      const heard = await talk(shared.port, text)
      const [, body = ''] = heard.split('\r\n\r\n')
      return [statusIn(heard), body.replace(/"requestId":"[^"]*"/, '').replaceAll(one, 'ID')]
    }
    expect(await ask(hers), `${route.method} ${route.url}`).toEqual(await ask(id))
  }
  const still = await fetch(`${shared.url}/v1/scenes/${hers}`, { headers: by('ann') })
  expect(await still.json()).toMatchObject({ id: hers, state: 'queued' })
})

test('an override of the method is not heard', async () => {
  const headers = { ...own, 'x-http-method-override': 'DELETE' }
  expect((await fetch(`${server.url}/v1/queue`, { headers })).status).toBe(200)
})

test('whatever makes work is limited by client', async () => {
  const limited = server.routes.filter(({ isLimited }) => isLimited)
  expect(limited.length).toBeGreaterThan(3)
  for (const { method, url } of limited) {
    const path = url.replaceAll(/:id\b/g, id).replaceAll(/:\w+/g, 'x').replace('*', 'x')
    const { headers } = await fetch(`${server.url}${path}`, { method, headers: own })
    expect(headers.get('x-ratelimit-limit'), `${method} ${url}`).toBe('1000000')
  }
})

test('a route that says nothing about itself is the operator’s, and one that makes work is limited', async () => {
  const app = Fastify()
  const records: TokenRecord[] = [
    { name: 'a', sha256: hashOf('reader'), scopes: ['read'] },
    { name: 'b', sha256: hashOf('operator'), scopes: ['admin'] },
  ]
  guardRoutes(app, {
    options: readOptions({}),
    tokens: { records, isOpen: false, close() {} },
  })
  app.get('/silent', async () => 'shown')
  app.post('/work', { config: { scope: 'generate' } }, async () => 'done')
  const answerTo = async (token: string) => {
    const headers = { host: 'localhost', authorization: `Bearer ${token}` }
    return (await app.inject({ url: '/silent', headers })).body
  }
  expect(await answerTo('reader')).toContain('access/scope')
  expect(await answerTo('operator')).toBe('shown')
  expect(app.routeTable.find(({ url }) => url === '/work')).toMatchObject({ isLimited: true })
})
