import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ServerError } from '../errors.ts'

/** What a token allows. `admin` includes the others, and all owners' jobs. */
export const scopes = ['generate', 'read', 'admin'] as const

export type Scope = (typeof scopes)[number]

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

/** Tokens of a data folder, one JSON file; none when it is not there. @throws ServerError `data/tokens` */
export async function readTokens(file: string): Promise<readonly TokenRecord[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // a file that cannot be read must not open the server to everybody
    if (error.code === 'ENOENT') return '[]'
    throw new ServerError('data/tokens', `${file}: ${error.message}`, { cause: error })
  })
  try {
    const records: unknown = JSON.parse(text)
    if (Array.isArray(records) && records.every(isRecord)) return records
  } catch {
    // says the same as a list of something else
  }
  throw new ServerError('data/tokens', `${file}: expected a list of tokens' names, hashes, scopes`)
}

const isRecord = (value: unknown): value is TokenRecord => {
  const { name, sha256, scopes: given } = (value ?? {}) as Partial<TokenRecord>
  return (
    typeof name === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256 ?? '') &&
    Array.isArray(given) &&
    given.every((scope) => scopes.includes(scope))
  )
}

/** Makes a token; only its hash is kept. @throws ServerError `options/invalid` */
export async function addToken(
  file: string,
  name: string,
  allowed: readonly Scope[],
): Promise<string> {
  if (!/^[\w.-]{1,64}$/.test(name) || name === 'local' || name === 'nobody') {
    throw new ServerError(
      'options/invalid',
      `token: expected a name of letters, digits, dots and dashes, got '${name.slice(0, 64)}'`,
    )
  }
  const records = await readTokens(file)
  if (records.some((record) => record.name === name))
    throw new ServerError('options/invalid', `token: there is one named ${name} already`)
  const token = newToken()
  await writeTokens(file, [...records, { name, sha256: hashOf(token), scopes: allowed }])
  return token
}

/** @throws ServerError `options/invalid` when there is none of that name */
export async function removeToken(file: string, name: string): Promise<void> {
  const records = await readTokens(file)
  const kept = records.filter((record) => record.name !== name)
  if (kept.length === records.length)
    throw new ServerError('options/invalid', `token: there is none named '${name.slice(0, 64)}'`)
  await writeTokens(file, kept)
}

/** Whole or not at all: a reader never finds half a list. */
export async function writeTokens(file: string, tokens: readonly TokenRecord[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
