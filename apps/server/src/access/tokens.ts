import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** What a token allows. `admin` includes the others, and all owners' jobs. */
export type Scope = 'generate' | 'read' | 'admin'

/** A token as it is kept: only its hash. */
export interface TokenRecord {
  readonly name: string
  /** SHA-256 of the token, hexadecimal. A token is 256 random bits, so nothing slower is needed. */
  readonly sha256: string
  readonly scopes: readonly Scope[]
}

/** Who calls. */
export interface Caller {
  readonly owner: string
  readonly scopes: readonly Scope[]
}

export const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

export const newToken = () => `fw_${randomBytes(32).toString('base64url')}`

/** The caller that a token belongs to. All records are compared, each in constant time. */
export function callerOf(token: string, records: readonly TokenRecord[]): Caller | undefined {
  const given = Buffer.from(hashOf(token), 'hex')
  let found: Caller | undefined
  for (const { name, sha256, scopes } of records) {
    if (timingSafeEqual(given, Buffer.from(sha256, 'hex'))) found = { owner: name, scopes }
  }
  return found
}

export const allows = ({ scopes }: Caller, scope: Scope) =>
  scopes.includes(scope) || scopes.includes('admin')

/** Tokens of a data folder, one JSON file; none when it is not there. */
export async function readTokens(file: string): Promise<readonly TokenRecord[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]')
  return JSON.parse(text) as TokenRecord[]
}

export const writeTokens = (file: string, tokens: readonly TokenRecord[]) =>
  writeFile(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
