import { checkBytes, checkCount } from '../../limits.ts'
import { SplatsError } from '../../splats-error.ts'
import type { Pace } from '../pace.ts'
import type { PlyElement, PlyHeader, PlyProperty, Scalar } from './header.ts'

/** Doubles where all 32 bits of an integer matter. */
type Floats = Float32Array | Float64Array

/** One element's rows in a file. */
export interface PlyTable {
  readonly count: number
  readonly properties: ReadonlyMap<string, PlyProperty>
  /**
   * Copies a column of rows `start` to `end` (excluded) to `target[at + i * stride]`, each value
   * through `map`.
   */
  readonly copyColumn: (property: PlyProperty, target: Floats, span: ColumnSpan) => void
}

export interface ColumnSpan {
  readonly start: number
  readonly end: number
  readonly at: number
  readonly stride: number
  readonly map?: (value: number) => number
}

/**
 * The table of an element, its size compared with the bytes there are.
 * @throws {SplatsError} `splats/truncated`, `splats/too-large`, `splats/unsupported`,
 * `splats/bad-header` if there is no such element.
 */
export async function plyTable(
  bytes: Uint8Array,
  header: PlyHeader,
  name: string,
  pace: Pace,
): Promise<PlyTable> {
  const index = header.elements.findIndex((element) => element.name === name)
  if (index < 0) {
    throw new SplatsError('splats/bad-header', `readPly: expected an element '${name}', got none`)
  }
  const element = header.elements[index]!
  const before = header.elements.slice(0, index)
  if ([element, ...before].some(({ hasLists }) => hasLists)) {
    throw new SplatsError(
      'splats/unsupported',
      `readPly: expected scalar properties in and before '${name}', got a list`,
    )
  }
  checkCount('readPly', element!.count)
  return header.format === 'ascii'
    ? asciiTable(bytes.subarray(header.bodyOffset), { element, before, pace })
    : binaryTable(bytes, element, sumBytes(before) + header.bodyOffset)
}

function sumBytes(elements: readonly PlyElement[]): number {
  return elements.reduce((sum, { count, rowBytes }) => sum + count * rowBytes, 0)
}

function properties(element: PlyElement): Map<string, PlyProperty> {
  return new Map(element.properties.map((property) => [property.name, property]))
}

function binaryTable(bytes: Uint8Array, element: PlyElement, offset: number): PlyTable {
  const { count, rowBytes } = element
  checkBytes('readPly', offset + count * rowBytes, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * rowBytes)
  return {
    count,
    properties: properties(element),
    copyColumn({ type, offset: column }, target, { start, end, at, stride, map }) {
      if (type === 'float32') {
        const from = start * rowBytes + column
        copyFloats(view, target, { from, rowBytes, at, stride, n: end - start })
      } else {
        const read = READERS[type]
        for (let row = start, to = at; row < end; row++, to += stride) {
          target[to] = read(view, row * rowBytes + column)
        }
      }
      if (map === undefined) return
      for (let row = start, to = at; row < end; row++, to += stride) target[to] = map(target[to]!)
    },
  }
}

/** The common case apart, so that the engine compiles it for one type. */
function copyFloats(
  view: DataView,
  target: Floats,
  step: { from: number; rowBytes: number; at: number; stride: number; n: number },
): void {
  let { from, at } = step
  for (let i = 0; i < step.n; i++, from += step.rowBytes, at += step.stride) {
    target[at] = view.getFloat32(from, true)
  }
}

const READERS: Record<Scalar, (view: DataView, offset: number) => number> = {
  int8: (view, offset) => view.getInt8(offset),
  uint8: (view, offset) => view.getUint8(offset),
  int16: (view, offset) => view.getInt16(offset, true),
  uint16: (view, offset) => view.getUint16(offset, true),
  int32: (view, offset) => view.getInt32(offset, true),
  uint32: (view, offset) => view.getUint32(offset, true),
  float32: (view, offset) => view.getFloat32(offset, true),
  float64: (view, offset) => view.getFloat64(offset, true),
}

async function asciiTable(
  body: Uint8Array,
  { element, before, pace }: { element: PlyElement; before: readonly PlyElement[]; pace: Pace },
): Promise<PlyTable> {
  const { count } = element
  const width = element.properties.length
  const skip = before.reduce((sum, e) => sum + e.count * e.properties.length, 0)
  // A number and its separator take two bytes at least: a lying count stops before allocation.
  checkBytes('readPly', (skip + count * width) * 2 - 1, body.length)
  const values = await asciiNumbers(body, { skip, length: count * width, pace })
  return {
    count,
    properties: properties(element),
    copyColumn(property, target, { start, end, at, stride, map = (value) => value }) {
      const column = element.properties.indexOf(property)
      for (let row = start, to = at; row < end; row++, to += stride) {
        target[to] = map(values[row * width + column]!)
      }
    },
  }
}

/** Bytes of text read between two turns of the event loop. */
const TEXT_BLOCK = 65_536

/** `length` numbers after the first `skip` ones. */
async function asciiNumbers(
  body: Uint8Array,
  { skip, length, pace }: { skip: number; length: number; pace: Pace },
): Promise<Float64Array> {
  const values = new Float64Array(length)
  let seen = 0
  let word = ''
  for (let i = 0; i <= body.length && seen < skip + length; i++) {
    if (i % TEXT_BLOCK === 0) await pace()
    const code = body[i] ?? 0x20
    if (code > 0x20) {
      word += String.fromCharCode(code)
    } else if (word !== '') {
      if (seen >= skip) values[seen - skip] = asciiNumber(word)
      seen++
      word = ''
    }
  }
  if (seen < skip + length) {
    throw new SplatsError(
      'splats/truncated',
      `readPly: expected ${skip + length} numbers, got ${seen}`,
    )
  }
  return values
}

function asciiNumber(word: string): number {
  const value = Number(word)
  if (!Number.isNaN(value)) return value
  const [, sign, name] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(word) ?? []
  if (name !== undefined) return /nan/i.test(name) ? NaN : sign === '-' ? -Infinity : Infinity
  throw new SplatsError('splats/bad-data', `readPly: expected a number, got '${word.slice(0, 40)}'`)
}
