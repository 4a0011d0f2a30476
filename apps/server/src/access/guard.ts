import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import type { Services } from '../services.ts'
import { createFailureLimit } from './failure-limit.ts'
import { isAllowedHost, isAllowedOrigin } from './hosts.ts'
import type { Caller, Scope } from './tokens.ts'
import { allows, callerOf } from './tokens.ts'

/** A route as it stands in the router. */
export interface RouteRecord {
  readonly method: string
  readonly url: string
  readonly scope: Scope | 'none'
  /** Whether a client may call it only so often. */
  readonly isLimited: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    /** With whom the caller's jobs share their turns. */
    client: string
  }
  interface FastifyInstance {
    /** All routes, so that rules are held against every one of them. */
    routeTable: RouteRecord[]
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed; `none` for pages and probes. */
    scope?: Scope | 'none'
  }
}

const everybody: Caller = { owner: 'local', scopes: ['admin'] }
const nobody: Caller = { owner: 'nobody', scopes: [] }

/** Somebody without a token on a public server. No token has a name with a space in it. */
const visitorFrom = (ip: string): Caller => ({
  owner: `visitor ${ip}`,
  scopes: ['generate', 'read'],
})

const readMethods = ['GET', 'HEAD', 'OPTIONS']

/** Wrong tokens that an address may send in a minute before none of it is looked at any more. */
const wrongTokens = 10

/**
 * Who may do what, on every route and method alike: first the host that was called, then the page that calls, then the
 * token. A route says the scope that it needs; one that says nothing needs `admin`. What makes work is limited.
 */
export function guardRoutes(
  app: FastifyInstance,
  { options, tokens }: Pick<Services, 'options' | 'tokens'>,
) {
  const hosts = [...options.allowHost, options.host]
  const failures = createFailureLimit({ most: wrongTokens, withinMs: 60_000 })
  app.decorateRequest('caller')
  app.decorateRequest('client')
  app.decorate('routeTable', [])

  app.addHook('onRoute', (route) => {
    const scope = ((route.config ??= {}).scope ??= 'admin')
    for (const method of [route.method].flat()) {
      const isLimited = scope === 'generate' && !readMethods.includes(method)
      if (isLimited) route.config.rateLimit ??= {}
      app.routeTable.push({ method, url: route.url, scope, isLimited })
    }
  })

  app.addHook('onRequest', async (request, reply) => {
    checkHost(request, hosts)
    checkOrigin(request, options.corsOrigin)
    if (answersPreflight(request, reply)) return reply.status(204).send()
    request.caller = whoCalls(request)
    request.client = clientOf(request)
    const scope = request.is404 ? 'none' : request.routeOptions.config.scope!
    const isOpen = scope === 'none' && !request.is404
    if (isOpen || (scope !== 'none' && allows(request.caller, scope))) return
    if (request.caller === nobody) {
      throw new ServerError('access/token', 'expected a token that is known here', {
        hint: 'Send it as Authorization: Bearer TOKEN.',
      })
    }
    if (scope !== 'none')
      throw new ServerError('access/scope', `this token does not allow ${scope}`)
  })

  function whoCalls({ headers, ip }: FastifyRequest): Caller {
    if (options.public && headers.authorization === undefined) return visitorFrom(ip)
    if (tokens.isOpen) return everybody
    if (headers.authorization === undefined) return nobody
    const [, token] = /^Bearer ([\w.-]{1,512})$/.exec(headers.authorization) ?? []
    const caller = token === undefined ? undefined : callerOf(token, tokens.records)
    if (failures.refuses(ip, caller?.owner))
      throw new ServerError('access/rate', 'too many wrong tokens; try again in a minute')
    return caller ?? nobody
  }
}

function checkHost({ headers, raw }: FastifyRequest, hosts: readonly string[]) {
  const given = raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')
  const isPath = raw.url?.startsWith('/') || raw.url === '*'
  if (given.length === 1 && isPath && isAllowedHost(headers.host, hosts)) return
  throw new ServerError('access/host', 'this server is not called by that name', {
    hint: 'Start it with --allow-host NAME.',
  })
}

/** A page of another site may not call; where the browser tells no origin, it may only be led here by a link. */
function checkOrigin({ headers, method }: FastifyRequest, allowed: readonly string[]) {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  const isLink = headers['sec-fetch-mode'] === 'navigate' && readMethods.includes(method)
  const isForeign =
    origin === undefined
      ? site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink
      : !isAllowedOrigin(origin, headers.host, allowed)
  if (isForeign) {
    throw new ServerError('access/origin', 'pages of that origin may not call this server', {
      hint: 'Start it with --cors-origin ORIGIN.',
    })
  }
}

/** Tells a browser what a page of an allowed origin may do. True when that is all that was asked. */
function answersPreflight({ headers, method }: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('vary', 'origin')
  if (headers.origin === undefined) return false
  void reply
    .header('access-control-allow-origin', headers.origin)
    .header('access-control-expose-headers', 'content-disposition, location, x-request-id')
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  void reply
    .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, DELETE')
    .header(
      'access-control-allow-headers',
      'authorization, content-type, idempotency-key, last-event-id, range, mcp-session-id, mcp-protocol-version',
    )
    .header('access-control-max-age', '600')
  return true
}

/**
 * People behind one address or token take turns when a gateway, which has a token with `admin`, names them. Nobody else
 * may: with a new name for each call no limit would hold.
 */
function clientOf({ headers, ip, caller }: FastifyRequest): string {
  const named = headers['x-flashworld-client']
  const isNamed =
    allows(caller, 'admin') && typeof named === 'string' && /^[\w-]{1,64}$/.test(named)
  return `${caller.owner} ${isNamed ? named : ip}`
}
