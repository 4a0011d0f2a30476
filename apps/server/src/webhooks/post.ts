import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** How the network is reached; tests put their own in place. */
export interface Network {
  /** All addresses of a name. */
  readonly resolve: (name: string) => Promise<readonly LookupAddress[]>
  /** Whether an address may be called. */
  readonly mayCall: (address: LookupAddress) => boolean
}

export const internet: Network = {
  resolve: (name) => lookup(name, { all: true, verbatim: true }),
  mayCall: isPublicAddress,
}

interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Posts a message and answers with the status. The name is resolved once, all its addresses are checked, and one of these
 * is connected to: a name that changes meanwhile leads nowhere else. No redirect is followed, no answer is read.
 * @throws Error when the host may not be called, cannot be reached, or takes longer than `signal` lets it
 */
export async function post(
  url: string,
  { headers, body }: Message,
  { resolve, mayCall }: Network,
  signal: AbortSignal,
): Promise<number> {
  const { protocol, hostname } = new URL(url)
  const name = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(name)
  const addresses =
    family === 0 ? await Promise.race([resolve(name), end(signal)]) : [{ address: name, family }]
  const refused = addresses.find((address) => !mayCall(address))
  if (refused || addresses.length === 0)
    throw new Error('its address is not one that may be called')
  const checked: LookupFunction = (_, options, callback) => {
    const [{ address, family: of }] = addresses as [LookupAddress]
    if (options.all) callback(null, [...addresses])
    else callback(null, address, of)
  }
  const { promise, resolve: answer, reject } = Promise.withResolvers<number>()
  const request = (protocol === 'https:' ? https : http).request(url, {
    ...{ method: 'POST', agent: false, lookup: checked, signal },
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  })
  request.on('error', reject)
  request.on('response', ({ statusCode = 0 }) => {
    answer(statusCode)
    request.destroy()
  })
  request.end(body)
  return promise
}

/** Rejects when the signal comes. Somebody must wait for it, or it ends the process then. */
const end = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
