import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { ServerError } from '../errors.ts'
import type { ServerOptions } from '../options.ts'
import { isLoopback } from './hosts.ts'
import type { TokenList } from './token-list.ts'
import { openTokenList } from './token-list.ts'
import { hashOf } from './tokens.ts'

/**
 * The tokens of the data folder, and `--token`.
 * @throws ServerError `options/invalid` when other machines could use this process without one; `data/tokens`
 */
export async function openTokens(
  { host, token, public: isPublic }: ServerOptions,
  data: string,
  log: FastifyBaseLogger,
): Promise<TokenList> {
  const given = { name: 'admin', sha256: hashOf(token), scopes: ['admin'] as const }
  const tokens = await openTokenList(join(data, 'tokens.json'), token === '' ? [] : [given], log)
  if (isLoopback(host) || isPublic || !tokens.isOpen) return tokens
  tokens.close()
  throw new ServerError(
    'options/invalid',
    `--host ${host}: other machines could use this server without a token`,
    { hint: 'Give --token TOKEN, make tokens, or let everybody in by --public.' },
  )
}
