/**
 * JSON as a file format: one meaning for every text. Unlike JSON.parse it refuses an object that
 * names a key twice, keeps integers exact (bigint) and apart from fractions, and holds objects
 * as Maps, so that no key (`__proto__`) means anything.
 */
export type StrictJson = null | boolean | string | bigint | number | StrictJson[] | StrictObject
export type StrictObject = Map<string, StrictJson>

interface Cursor {
  readonly text: string
  at: number
}

const maxDepth = 32
const literals = { true: true, false: false, null: null } as const
const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y

/**
 * Parses a whole text.
 * @throws SyntaxError naming the position.
 */
export function parseStrictJson(text: string): StrictJson {
  const cursor = { text, at: 0 }
  const value = readValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at !== text.length) fail(cursor, 'the end')
  return value
}

function readValue(cursor: Cursor, depth: number): StrictJson {
  if (depth > maxDepth) fail(cursor, `at most ${maxDepth} levels`)
  skipSpace(cursor)
  switch (cursor.text.charAt(cursor.at)) {
    case '{':
      return readObject(cursor, depth)
    case '[':
      return readArray(cursor, depth)
    case '"':
      return readString(cursor)
    default:
      return readScalar(cursor)
  }
}

function readObject(cursor: Cursor, depth: number): StrictObject {
  const object: StrictObject = new Map()
  cursor.at++
  if (takeIf(cursor, '}')) return object
  do {
    skipSpace(cursor)
    const key = readString(cursor)
    if (object.has(key)) fail(cursor, `each key once, got ${JSON.stringify(key)} again`)
    take(cursor, ':')
    object.set(key, readValue(cursor, depth + 1))
  } while (takeIf(cursor, ','))
  take(cursor, '}')
  return object
}

function readArray(cursor: Cursor, depth: number): StrictJson[] {
  const array: StrictJson[] = []
  cursor.at++
  if (takeIf(cursor, ']')) return array
  do {
    array.push(readValue(cursor, depth + 1))
  } while (takeIf(cursor, ','))
  take(cursor, ']')
  return array
}

function readString(cursor: Cursor): string {
  const { text, at } = cursor
  if (text[at] !== '"') fail(cursor, 'a string')
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  let value: string
  try {
    value = JSON.parse(text.slice(at, end + 1)) as string
  } catch {
    return fail(cursor, 'a string')
  }
  if (!value.isWellFormed()) fail(cursor, 'well-formed Unicode')
  cursor.at = end + 1
  return value
}

function readScalar(cursor: Cursor): StrictJson {
  for (const [word, value] of Object.entries(literals)) {
    if (!cursor.text.startsWith(word, cursor.at)) continue
    cursor.at += word.length
    return value
  }
  return readNumber(cursor)
}

function readNumber(cursor: Cursor): bigint | number {
  numberPattern.lastIndex = cursor.at
  const match = numberPattern.exec(cursor.text)
  if (!match) return fail(cursor, 'a value')
  // BigInt(text) costs the square of the length: no integer of a file has more than 40 digits.
  if (match[0].length > 40) fail(cursor, 'a number of at most 40 characters')
  cursor.at += match[0].length
  const isInteger = match[1] === undefined && match[2] === undefined && match[0] !== '-0'
  return isInteger ? BigInt(match[0]) : Number(match[0])
}

function skipSpace(cursor: Cursor): void {
  while (' \t\n\r'.includes(cursor.text[cursor.at] ?? '?')) cursor.at++
}

function takeIf(cursor: Cursor, char: string): boolean {
  skipSpace(cursor)
  if (cursor.text[cursor.at] !== char) return false
  cursor.at++
  return true
}

function take(cursor: Cursor, char: string): void {
  if (!takeIf(cursor, char)) fail(cursor, `'${char}'`)
}

function fail(cursor: Cursor, expected: string): never {
  throw new SyntaxError(`JSON: expected ${expected} at ${cursor.at}`)
}
