import { createHash } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'
import type { HelmetOptions } from 'helmet'

/** What a browser may do with an answer. */
interface Policy {
  readonly contentSecurityPolicy: HelmetOptions['contentSecurityPolicy']
  /** Other pages may show it in a frame. */
  readonly frameguard?: false
}

declare module 'fastify' {
  interface RouteShorthandOptions {
    /** Of the route's answers, where it is not `dataPolicy`. */
    policy?: Policy
  }
  interface FastifyContextConfig {
    policyHeaders?: Readonly<Record<string, string>>
  }
}

/** For answers that are data: a browser that shows one as a page runs nothing and loads nothing. */
const dataPolicy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginEmbedderPolicy: true,
  frameguard: { action: 'deny' },
  // plain HTTP on a machine's own network is the usual case; whoever speaks TLS for us says this
  strictTransportSecurity: false,
} satisfies HelmetOptions

/** For our own pages: scripts, styles and calls of this server alone. */
export const pagePolicy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      workerSrc: ["'self'", 'blob:'],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      mediaSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'", 'blob:', 'data:'],
      fontSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
} satisfies Policy

/** The same for a page that holds a script, such as a map of module names: that one, as it stands there. */
export function withInlineScript(
  { contentSecurityPolicy: { useDefaults, directives } }: typeof pagePolicy,
  script: string,
) {
  const hash = createHash('sha256').update(script).digest('base64')
  const scriptSrc = [...directives.scriptSrc, `'sha256-${hash}'`]
  return { contentSecurityPolicy: { useDefaults, directives: { ...directives, scriptSrc } } }
}

/**
 * Every answer says what a browser may do with it. Helmet is asked once for each policy: asked for each answer, through its
 * plugin, it takes a tenth of the server's time and keeps a connection's old answers in memory until the next full
 * collection of garbage.
 * @param frameOrigins of other sites that may show pages in a frame
 */
export function sendPolicies(app: FastifyInstance, frameOrigins: readonly string[] = []) {
  const usual = policyHeaders()
  app.addHook('onRoute', (route) => {
    const { policy } = route
    if (policy) (route.config ??= {}).policyHeaders = policyHeaders(framedBy(policy, frameOrigins))
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(request.routeOptions.config.policyHeaders ?? usual)
  })
}

/** A page that no other may show, shown by some. X-Frame-Options cannot name them, and browsers heed the policy first. */
function framedBy(policy: Policy, origins: readonly string[]): Policy {
  const { contentSecurityPolicy: content } = policy
  if (origins.length === 0 || policy.frameguard === false || typeof content !== 'object')
    return policy
  const directives = { ...content.directives, frameAncestors: [...origins] }
  return { ...policy, contentSecurityPolicy: { ...content, directives }, frameguard: false }
}

function policyHeaders(policy?: Policy): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  helmet({ ...dataPolicy, ...policy })(request, response, () => {})
  return response.getHeaders() as Record<string, string>
}
