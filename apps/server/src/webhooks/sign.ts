import { createHmac } from 'node:crypto'
import { ServerError } from '../errors.ts'

const prefix = 'whsec_'

/** The least bytes of a secret, as the standard has it. */
const leastBytes = 24

/** The bytes of a secret such as `whsec_…base64…`. @throws ServerError `options/invalid` */
export function readSecret(text: string): Buffer {
  const base64 = text.startsWith(prefix) ? text.slice(prefix.length) : ''
  const bytes = Buffer.from(base64, 'base64')
  if (/^[\w+/-]+={0,2}$/.test(base64) && bytes.length >= leastBytes) return bytes
  throw new ServerError(
    'options/invalid',
    `--webhook-secret: expected ${prefix} and base64 of at least ${leastBytes} bytes`,
    { hint: 'Make one with: echo whsec_$(openssl rand -base64 32)' },
  )
}

/**
 * The headers by which a receiver knows that a message is ours, and new: those of Standard Webhooks, for which every
 * language has a library.
 * @param id the same whenever the message is sent again
 * @param time seconds since 1970
 */
export function signedHeaders(
  secret: Buffer,
  { id, time, body }: { readonly id: string; readonly time: number; readonly body: string },
): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(time),
    'webhook-signature': `v1,${signature}`,
  }
}
