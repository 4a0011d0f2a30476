import { ServerError } from '../errors.ts'

const longestUrl = 2000

/**
 * A URL that a client wants to be told at: of a host on the operator's list, as `host`, or `host:port` for another port
 * than its protocol's own.
 * @throws ServerError `request/webhook`
 */
export function checkWebhookUrl(text: string, hosts: readonly string[]): string {
  const refuse = (expected: string) =>
    new ServerError('request/webhook', `webhook: expected ${expected}`)
  const url = text.length > longestUrl ? null : URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw refuse(`an https or http URL of at most ${longestUrl} characters`)
  if (url.username !== '' || url.password !== '') throw refuse('a URL without a user or a password')
  if (!hosts.some((host) => host.toLowerCase() === url.host))
    throw refuse('a host that this server may call; its operator names them by --webhook-host')
  url.hash = ''
  return url.href
}
