import { CameraError } from '../../camera-error.ts'
import type { JsonFields } from '../../json-fields.ts'
import { parseJson, readArray, readNumber, readObject } from '../../json-fields.ts'
import { fromBase64 } from '../base64.ts'

/** A glTF, its JSON and its buffers, in whatever container they came. */
export interface Gltf {
  readonly json: JsonFields
  readonly buffers: readonly Uint8Array[]
}

const MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BIN_CHUNK = 0x004e4942
const DATA_URI = /^data:[^,]*;base64,/
/** Names of files beside the glTF: no scheme, no root, no way up. */
const BESIDE = /^(?!.*(^|[\\/])\.\.([\\/]|$))[^:\\/][^:\\]*$/

/** True for the first bytes of a `.glb`. */
export const isGlb = (bytes: Uint8Array): boolean =>
  bytes.length >= 12 && viewOf(bytes).getUint32(0, true) === MAGIC

/**
 * Opens a `.gltf` or `.glb`.
 * @param readBeside the bytes of a buffer's file beside it
 * @throws CameraError `camera/format`; what `readBeside` throws
 */
export async function openGltf(
  bytes: Uint8Array,
  readBeside: (name: string) => Promise<Uint8Array>,
): Promise<Gltf> {
  const { text, bin } = isGlb(bytes) ? readChunks(bytes) : { text: bytes, bin: undefined }
  const value = parseJson(new TextDecoder().decode(text), 'glTF')
  const json = readObject(value, 'glTF', '{ asset, nodes, cameras, animations }')
  const buffers: Uint8Array[] = []
  for (const [i, { uri }] of list(json, 'buffers').entries()) {
    const where = `glTF: buffers[${i}]`
    if (uri === undefined && i === 0 && bin) buffers.push(bin)
    else if (typeof uri === 'string' && DATA_URI.test(uri)) {
      buffers.push(fromBase64(uri.replace(DATA_URI, ''), where))
    } else if (typeof uri === 'string' && BESIDE.test(decodeURIComponent(uri))) {
      buffers.push(await readBeside(decodeURIComponent(uri)))
    } else {
      throw new CameraError(
        'camera/format',
        `${where}: expected base64 or the name of a file beside it, got ${JSON.stringify(uri)?.slice(0, 60)}`,
      )
    }
  }
  return { json, buffers }
}

/** An array of objects of the file; empty where there is none. @throws CameraError `camera/format` */
export function list(fields: JsonFields, key: string): JsonFields[] {
  return readArray(fields[key] ?? [], `glTF: ${key}`).map((item, i) =>
    readObject(item, `glTF: ${key}[${i}]`, ''),
  )
}

function readChunks(bytes: Uint8Array) {
  const view = viewOf(bytes)
  let text: Uint8Array | undefined
  let bin: Uint8Array | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at, true)
    const type = view.getUint32(at + 4, true)
    const chunk = bytes.subarray(at + 8, at + 8 + length)
    if (chunk.length < length)
      throw new CameraError('camera/format', 'glTF: expected whole chunks, got a cut-off file')
    if (type === JSON_CHUNK) text ??= chunk
    if (type === BIN_CHUNK) bin ??= chunk
    at += 8 + length
  }
  if (!text) throw new CameraError('camera/format', 'glTF: expected a JSON chunk, got none')
  return { text, bin }
}

/** The JSON and the binary buffer of a glTF as a `.glb`. */
export function writeGlb(json: object, bin: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json))
  const padded = (length: number) => Math.ceil(length / 4) * 4
  const out = new Uint8Array(12 + 8 + padded(text.length) + 8 + padded(bin.length))
  const view = viewOf(out)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, 2, true)
  view.setUint32(8, out.length, true)
  const chunk = (at: number, type: number, content: Uint8Array, filler: number) => {
    view.setUint32(at, padded(content.length), true)
    view.setUint32(at + 4, type, true)
    out.fill(filler, at + 8, at + 8 + padded(content.length))
    out.set(content, at + 8)
    return at + 8 + padded(content.length)
  }
  const at = chunk(12, JSON_CHUNK, text, 0x20)
  chunk(at, BIN_CHUNK, bin, 0)
  return out
}

const FLOAT = 5126
/** Normalised whole numbers: the bytes of one, how it is read, and what stands for 1. */
const INTEGERS: Readonly<
  Record<number, { bytes: number; read: (v: DataView, at: number) => number }>
> = {
  5120: { bytes: 1, read: (v, at) => Math.max(-1, v.getInt8(at) / 127) },
  5121: { bytes: 1, read: (v, at) => v.getUint8(at) / 255 },
  5122: { bytes: 2, read: (v, at) => Math.max(-1, v.getInt16(at, true) / 32767) },
  5123: { bytes: 2, read: (v, at) => v.getUint16(at, true) / 65535 },
}

/**
 * The values of an accessor: floats, or whole numbers that stand for shares of 1.
 * @throws CameraError `camera/format` on another type, sparse ones, more than `most`, a cut-off buffer
 */
export function readAccessor(
  { json, buffers }: Gltf,
  index: unknown,
  { type, most }: { type: 'SCALAR' | 'VEC3' | 'VEC4'; most: number },
): Float64Array {
  const where = `glTF: accessors[${String(index)}]`
  const accessor = readObject(list(json, 'accessors')[index as number], where, '{ bufferView }')
  const count = readNumber(accessor.count, `${where}.count`)
  if (!(Number.isInteger(count) && count >= 1 && count <= most)) {
    throw new CameraError('camera/format', `${where}: expected 1 to ${most} values, got ${count}`)
  }
  const component = accessor.componentType as number
  const kind =
    component === FLOAT
      ? { bytes: 4, read: (v: DataView, at: number) => v.getFloat32(at, true) }
      : accessor.normalized === true && INTEGERS[component]
  if (!kind || accessor.type !== type || accessor.sparse !== undefined) {
    throw new CameraError('camera/format', `${where}: expected dense 32-bit floats of type ${type}`)
  }
  const width = { SCALAR: 1, VEC3: 3, VEC4: 4 }[type]
  const view = list(json, 'bufferViews')[accessor.bufferView as number] ?? {}
  const bytes = buffers[view.buffer as number] ?? new Uint8Array(0)
  const stride = readNumber(view.byteStride ?? width * kind.bytes, `${where}: byteStride`)
  const from =
    readNumber(view.byteOffset ?? 0, `${where}: byteOffset`) +
    readNumber(accessor.byteOffset ?? 0, `${where}.byteOffset`)
  const end = from + (count - 1) * stride + width * kind.bytes
  if (!(
    Number.isInteger(from) &&
    from >= 0 &&
    stride >= width * kind.bytes &&
    end <= bytes.length
  )) {
    throw new CameraError(
      'camera/format',
      `${where}: expected bytes ${from} to ${end}, got ${bytes.length} bytes`,
    )
  }
  const data = viewOf(bytes)
  return Float64Array.from({ length: count * width }, (_, i) =>
    kind.read(data, from + Math.floor(i / width) * stride + (i % width) * kind.bytes),
  )
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
