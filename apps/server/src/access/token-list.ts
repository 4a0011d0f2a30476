import { stat } from 'node:fs/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { TokenRecord } from './tokens.ts'
import { readTokens } from './tokens.ts'

/** Who may call, as the file of tokens has it now. */
export interface TokenList {
  readonly records: readonly TokenRecord[]
  /** Nobody needs a token: there never was one. Once there was, it stays so when the last is removed. */
  readonly isOpen: boolean
  close(): void
}

/** How often the file is looked at. */
const lookMs = 1000

/**
 * Tokens of a file, read again when it changes, and others that are always there. A list that cannot be read changes
 * nothing, and is logged.
 * @throws ServerError `data/tokens` when it cannot be read at first
 */
export async function openTokenList(
  file: string,
  always: readonly TokenRecord[],
  log: Pick<FastifyBaseLogger, 'info' | 'error'>,
): Promise<TokenList> {
  const mark = async () => {
    const found = await stat(file, { bigint: true }).catch(() => undefined)
    return found && `${found.ino} ${found.size} ${found.mtimeNs}`
  }
  let seen = await mark()
  let records = [...(await readTokens(file)), ...always]
  let isOpen = records.length === 0

  const look = async () => {
    const now = await mark()
    if (now === seen) return
    seen = now
    records = [...(await readTokens(file)), ...always]
    isOpen &&= records.length === 0
    log.info({ tokens: records.length }, 'tokens read')
  }
  const looking = setInterval(
    () => void look().catch((error: unknown) => log.error({ error: String(error) }, 'tokens kept')),
    lookMs,
  )
  looking.unref()
  return {
    get records() {
      return records
    },
    get isOpen() {
      return isOpen
    },
    close: () => clearInterval(looking),
  }
}
