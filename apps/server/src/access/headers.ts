import { createHash } from 'node:crypto'
import type { FastifyHelmetOptions } from '@fastify/helmet'

/** For answers that are data: a browser that shows one as a page runs nothing and loads nothing. */
export const dataPolicy: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginEmbedderPolicy: true,
  frameguard: { action: 'deny' },
  // plain HTTP on a machine's own network is the usual case; whoever speaks TLS for us says this
  strictTransportSecurity: false,
}

/** For our own pages, as the route option `helmet`: scripts, styles and calls of this server alone. */
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
} satisfies FastifyHelmetOptions

/** The same for a page that holds a script, such as a map of module names: that one, as it stands there. */
export function withInlineScript(
  { contentSecurityPolicy: { useDefaults, directives } }: typeof pagePolicy,
  script: string,
) {
  const hash = createHash('sha256').update(script).digest('base64')
  const scriptSrc = [...directives.scriptSrc, `'sha256-${hash}'`]
  return { contentSecurityPolicy: { useDefaults, directives: { ...directives, scriptSrc } } }
}
