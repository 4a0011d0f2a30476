import { embeddedModel, folderSource } from 'flashworld/node'
import { checkpointDefaults } from 'flashworld'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../app.ts'
import { createMeasures } from '../measures.ts'
import { readOptions } from '../options.ts'
import { createFollow } from '../queue/follow.ts'
import type { Services } from '../services.ts'
import { goodBodies, jsonText, pathOf, requestText, takesJson } from '../../test/call-routes.ts'
import { serve, statusIn, talk } from '../../test/serve.ts'
import type { RouteRecord } from './guard.ts'

/** What may go wrong inside of a handler, for every one of them. */

const secret = 'SELECT secret FROM /var/lib/flashworld'

/** Whatever is called of it fails in words that nobody may see. */
const broken = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error(secret)
    },
  },
) as never

const lines: string[] = []
let app: Awaited<ReturnType<typeof createApp>>
let port: number
beforeAll(async () => {
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const services: Services = {
    options: readOptions({ 'rate-limit': '0' }),
    follow: createFollow(broken),
    ...{ queue: broken, artifacts: broken, sceneWork: broken, sceneFiles: broken },
    ...{
      submitScene: broken as Services['submitScene'],
      tokens: { records: [], isOpen: true, close() {} },
    },
    defaults: await checkpointDefaults(folderSource(embeddedModel())),
    log: log as FastifyBaseLogger,
    measures: createMeasures({ queue: broken, data: '/nowhere', memory: broken }),
    troubles: () => Promise.reject(new Error(secret)),
    stopping: new AbortController().signal,
  }
  const broke = new Proxy(services, {
    get: (target, name: keyof Services) =>
      name === 'submitScene' ? () => Promise.reject(new Error(secret)) : target[name],
  })
  app = await createApp(broke)
  await app.listen({ port: 0 })
  port = (app.server.address() as { port: number }).port
})
afterAll(() => app.close())

const textOf = (route: RouteRecord) =>
  takesJson(route)
    ? jsonText(pathOf(route), JSON.stringify(goodBodies[route.url]))
    : requestText({ method: route.method, path: pathOf(route) }, {})

/**
 * Pages, probes and descriptions stand on nothing that can break; forms are refused before their handlers need anything.
 * MCP tells of failures in its own answers.
 */
const standsAlone = ({ url }: RouteRecord) =>
  /^\/(healthz|mcp|docs|docs\/style.css|examples.*|simple|simple\/:name|app|viewer|assets.*|threads.*|models\/mini.*|config|)$/.test(
    url,
  ) ||
  /^\/v1\/(openapi.json|models|capabilities|convert|render)$/.test(url) ||
  /^\/gradio_api\/(info|app_id|startup-events|heartbeat.*|reset|upload|queue\/data)$/.test(url)

describe('when everything behind it fails', () => {
  test('each handler answers 500 by code and id, and none tells why', async () => {
    const statuses: Record<number, string[]> = {}
    for (const route of app.routeTable) {
      const heard = await talk(port, textOf(route), 2000)
      const name = `${route.method} ${route.url}`
      expect(heard, name).not.toMatch(/SELECT|\/var\/lib|node_modules|\.ts:\d/)
      if (standsAlone(route) || route.method === 'OPTIONS') continue
      const status = statusIn(heard)
      statuses[status] = [...(statuses[status] ?? []), name]
      if (status === 500 && route.method !== 'HEAD') {
        expect(heard, name).toMatch(/"requestId":"[0-9a-f-]{36}"/)
        expect(heard, name).toContain('server/failed')
      }
    }
    expect(statuses).toEqual({ 500: expect.any(Array) })
  })

  test('the log tells why, with the request’s id', () => {
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told.length).toBeGreaterThan(10)
    expect(lines.some((line) => line.includes(secret))).toBe(true)
    expect(told.every(({ requestId }) => /^[0-9a-f-]{36}$/.test(String(requestId)))).toBe(true)
  })
})

describe('on every route', () => {
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    server = await serve({ 'rate-limit': '0' })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const attackAll = async (
    routes: readonly RouteRecord[],
    textFor: (route: RouteRecord) => string,
  ) => {
    const statuses: Record<number, string[]> = {}
    for (const route of routes) {
      const status = statusIn(await talk(server.port, Buffer.from(textFor(route), 'latin1')))
      statuses[status] = [...(statuses[status] ?? []), `${route.method} ${route.url}`]
    }
    return statuses
  }

  const jsonRoutes = () => server.routes.filter(takesJson)

  test('there are routes that take JSON', () => {
    expect(jsonRoutes().length).toBe(Object.keys(goodBodies).length - 1)
  })

  const levels = (open: string, close: string) => open.repeat(1000) + close.repeat(1000)
  test.each([
    ['1,000 levels of lists', levels('[', ']')],
    ['a prototype', '{"a": {"__proto__": {"admin": 1}}}'],
    ['a constructor', '{"data": [{"constructor": {"prototype": {}}}]}'],
    ['a key twice', '{"data": [], "data": []}'],
    ['half of it', '{"data": ['],
    ['what is not UTF-8', '{"prompt": "\xff\xfe"}'],
    ['a number', '1e400'],
    ['null', 'null'],
    ['a list', '[]'],
  ])('a body of %s: 400', async (_, body) => {
    const statuses = await attackAll(jsonRoutes(), (route) => jsonText(pathOf(route), body))
    expect(Object.keys(statuses)).toEqual(['400'])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test('HEAD is answered like GET, without a body and without an end that never comes', async () => {
    const heads = server.routes.filter(({ method }) => method === 'HEAD')
    for (const route of heads) {
      const path = pathOf(route)
      const began = performance.now()
      const heard = await talk(server.port, requestText({ method: 'HEAD', path }, {}))
      expect(heard.split('\r\n\r\n')[1], path).toBe('')
      expect(performance.now() - began, path).toBeLessThan(4000)
    }
    const gets = server.routes.filter(({ method }) => method === 'GET')
    expect(heads.length).toBe(gets.length)
  })

  test('half-closed by its client after the request, it answers or ends', async () => {
    const { connect } = await import('node:net')
    for (const route of server.routes) {
      const text = takesJson(route)
        ? jsonText(pathOf(route), JSON.stringify(goodBodies[route.url]))
        : requestText({ method: route.method, path: pathOf(route) }, {})
      const ended = new Promise<boolean>((resolve) => {
        const socket = connect({ port: server.port, host: 'localhost', allowHalfOpen: true })
        const timer = setTimeout(() => {
          socket.destroy()
          resolve(false)
        }, 10_000)
        socket.on('error', () => {})
        socket.on('close', () => {
          clearTimeout(timer)
          resolve(true)
        })
        socket.on('end', () => socket.destroy())
        socket.resume()
        socket.end(text)
      })
      expect(await ended, `${route.method} ${route.url}`).toBe(true)
    }
  })

  test('CONNECT is answered by nothing but an end', async () => {
    const heard = await talk(
      server.port,
      'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org:443\r\n\r\n',
    )
    expect(heard).not.toMatch(/^HTTP\/1\.1 2/)
  })
})
