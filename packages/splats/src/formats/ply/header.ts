import { MAX_PLY_HEADER_BYTES } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'

/** Scalar types of PLY; both families of names are in use. */
const SCALARS = {
  char: 'int8',
  int8: 'int8',
  uchar: 'uint8',
  uint8: 'uint8',
  short: 'int16',
  int16: 'int16',
  ushort: 'uint16',
  uint16: 'uint16',
  int: 'int32',
  int32: 'int32',
  uint: 'uint32',
  uint32: 'uint32',
  float: 'float32',
  float32: 'float32',
  double: 'float64',
  float64: 'float64',
} as const

export type Scalar = (typeof SCALARS)[keyof typeof SCALARS]

/** One column of an element. */
export interface PlyProperty {
  readonly name: string
  readonly type: Scalar
  /** Bytes from the start of the row (binary files). */
  readonly offset: number
}

/** One table of the file. */
export interface PlyElement {
  readonly name: string
  /** Declared rows; not yet compared with the file's size. */
  readonly count: number
  readonly properties: readonly PlyProperty[]
  /** Bytes per row in a binary file. */
  readonly rowBytes: number
  /** Rows have no fixed size: such an element can be ignored only after the ones read. */
  readonly hasLists: boolean
}

export interface PlyHeader {
  readonly format: 'ascii' | 'binary_little_endian'
  readonly comments: readonly string[]
  readonly elements: readonly PlyElement[]
  /** Where the tables begin, bytes. */
  readonly bodyOffset: number
}

const MAX_PROPERTIES = 256

/** Bytes of a scalar. */
export function scalarBytes(type: Scalar): number {
  return Number(/\d+/.exec(type)![0]) / 8
}

/** True if the bytes begin as a PLY file does. */
export function looksLikePly(bytes: Uint8Array): boolean {
  const [p, l, y, end] = bytes
  return p === 0x70 && l === 0x6c && y === 0x79 && (end === 0x0a || end === 0x0d)
}

/**
 * Reads the text before the tables. Lines may end in LF or CRLF.
 * @throws {SplatsError} `splats/bad-header`, `splats/truncated`, `splats/unsupported` (big endian)
 */
export function readPlyHeader(bytes: Uint8Array): PlyHeader {
  const { lines, bodyOffset } = headerLines(bytes)
  const comments: string[] = []
  const elements: MutableElement[] = []
  let format: string | undefined
  for (const line of lines.slice(1)) {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'comment') comments.push(line.trim().slice('comment'.length).trim())
    else if (words[0] === 'format') format = words.slice(1).join(' ')
    else if (words[0] === 'element') elements.push(parseElement(words))
    else if (words[0] === 'property') addProperty(elements.at(-1), words)
    else if (words[0] !== 'obj_info' && words[0] !== '') fail(`a PLY header line, got '${line}'`)
  }
  return { format: parseFormat(format), comments, elements, bodyOffset }
}

type MutableElement = {
  -readonly [K in keyof PlyElement]: PlyElement[K]
} & { properties: PlyProperty[] }

function fail(expectation: string): never {
  throw new SplatsError('splats/bad-header', `readPly: expected ${expectation.slice(0, 200)}`)
}

/** Lines before `end_header`, and where the body begins. */
function headerLines(bytes: Uint8Array): { lines: string[]; bodyOffset: number } {
  if (!looksLikePly(bytes)) fail("a file that begins with 'ply'")
  const head = bytes.subarray(0, MAX_PLY_HEADER_BYTES)
  // Latin-1 maps bytes to characters one to one, so string positions are byte offsets.
  const text = new TextDecoder('latin1').decode(head)
  const end = /\nend_header[ \t]*\r?\n/.exec(text)
  if (end === null) {
    if (head.length < bytes.length) fail(`end_header within ${MAX_PLY_HEADER_BYTES} bytes`)
    throw new SplatsError('splats/truncated', 'readPly: expected end_header, got the file’s end')
  }
  const lines = text.slice(0, end.index).split('\n')
  return { lines, bodyOffset: end.index + end[0].length }
}

function parseFormat(format: string | undefined): PlyHeader['format'] {
  if (format === 'ascii 1.0') return 'ascii'
  if (format === 'binary_little_endian 1.0') return 'binary_little_endian'
  throw new SplatsError(
    'splats/unsupported',
    `readPly: expected format 'binary_little_endian 1.0' or 'ascii 1.0', got '${format ?? 'none'}'`,
  )
}

function parseElement(words: string[]): MutableElement {
  const [, name = '', count = ''] = words
  if (words.length !== 3 || !/^\d{1,15}$/.test(count)) {
    fail(`'element <name> <count>', got '${words.join(' ')}'`)
  }
  return { name, count: Number(count), properties: [], rowBytes: 0, hasLists: false }
}

function addProperty(element: MutableElement | undefined, words: string[]): void {
  if (element === undefined) return fail(`an element before '${words.join(' ')}'`)
  const [, typeName = '', name = ''] = words
  if (typeName === 'list') {
    element.hasLists = true
    return
  }
  if (words.length !== 3 || !Object.hasOwn(SCALARS, typeName)) {
    fail(`'property <scalar type> <name>', got '${words.join(' ')}'`)
  }
  if (element.properties.some((property) => property.name === name)) {
    fail(`property '${name}' once, got it twice`)
  }
  if (element.properties.length === MAX_PROPERTIES) fail(`at most ${MAX_PROPERTIES} properties`)
  const type = SCALARS[typeName as keyof typeof SCALARS]
  element.properties.push({ name, type, offset: element.rowBytes })
  element.rowBytes += scalarBytes(type)
}
