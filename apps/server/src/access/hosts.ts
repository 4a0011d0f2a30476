import { isIP } from 'node:net'

const localNames = ['localhost', '127.0.0.1', '[::1]']

/** `host:port` or `host` as a browser sends it, without the port; undefined for anything else. */
export function hostName(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 255) return undefined
  const [, name] = /^(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9._-]+)(?::\d{1,5})?$/.exec(header) ?? []
  return name?.toLowerCase()
}

/**
 * Whether a request was meant for this server: a page that points its own name at 127.0.0.1 sends that name.
 * @param allowed names beside localhost
 */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  const name = hostName(header)
  if (name === undefined) return false
  return localNames.includes(name) || allowed.some((host) => host.toLowerCase() === name)
}

/** Whether a page of this origin may call: the server's own, or one that the operator named. */
export function isAllowedOrigin(
  origin: string,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (allowed.includes(origin)) return true
  const [, rest] = /^https?:\/\/(.+)$/.exec(origin) ?? []
  return rest !== undefined && rest === host && hostName(rest) !== undefined
}

/** True for addresses that only this machine reaches. */
export const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
