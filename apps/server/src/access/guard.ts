import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import type { Services } from '../services.ts'
import { isAllowedHost, isAllowedOrigin } from './hosts.ts'
import type { Caller, Scope } from './tokens.ts'
import { allows, callerOf } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    /** With whom the caller's jobs share their turns. */
    client: string
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed; `none` for pages and probes. */
    scope?: Scope | 'none'
  }
}

const everybody: Caller = { owner: 'local', scopes: ['admin'] }
const nobody: Caller = { owner: 'nobody', scopes: [] }

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

/**
 * Who may do what, on every route and method alike: first the host that was called, then the page that calls, then the
 * token. A route says the scope that it needs; one that says nothing needs `admin`.
 */
export function guardRoutes(app: FastifyInstance, { options, tokens }: Services) {
  const hosts = [...options.allowHost, options.host]
  app.decorateRequest('caller')
  app.decorateRequest('client')

  app.addHook('onRequest', async (request) => {
    checkHost(request, hosts)
    checkOrigin(request, options.corsOrigin)
    const scope = request.routeOptions.config.scope ?? 'admin'
    request.caller = whoCalls(request)
    request.client = `${request.caller.owner} ${clientOf(request)}`
    if (scope === 'none' || allows(request.caller, scope)) return
    if (request.caller === nobody) {
      throw new ServerError('access/token', 'expected a token that is known here', {
        hint: 'Send it as Authorization: Bearer TOKEN.',
      })
    }
    throw new ServerError('access/scope', `this token does not allow ${scope}`)
  })

  function whoCalls({ headers }: FastifyRequest): Caller {
    if (tokens.length === 0) return everybody
    const [, token] = /^Bearer ([\w.-]{1,512})$/.exec(headers.authorization ?? '') ?? []
    return (token !== undefined && callerOf(token, tokens)) || nobody
  }
}

function checkHost({ headers }: FastifyRequest, hosts: readonly string[]) {
  if (isAllowedHost(headers.host, hosts)) return
  throw new ServerError('access/host', 'this server is not called by that name', {
    hint: 'Start it with --allow-host NAME.',
  })
}

/** A page of another site may not call, and where the browser tells no origin, nothing may change. */
function checkOrigin({ headers, method }: FastifyRequest, allowed: readonly string[]) {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  const foreign =
    origin === undefined
      ? site === 'cross-site' && !safeMethods.includes(method)
      : !isAllowedOrigin(origin, headers.host, allowed)
  if (foreign) {
    throw new ServerError('access/origin', 'pages of that origin may not call this server', {
      hint: 'Start it with --cors-origin ORIGIN.',
    })
  }
}

/** A client may name itself, so that people behind one address or token take turns. */
function clientOf({ headers, ip }: FastifyRequest): string {
  const named = headers['x-flashworld-client']
  return typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : ip
}
