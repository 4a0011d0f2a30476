import { CameraError } from './camera-error.ts'

/** The fields of a JSON object whose values are yet to be checked. */
export type JsonFields = Record<string, unknown>

/** @throws CameraError `camera/format` */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CameraError('camera/format', `${where}: expected JSON (${String(cause)})`)
  }
}

/** @throws CameraError `camera/format` */
export function readObject(value: unknown, where: string, fields: string): JsonFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongJson(where, `an object ${fields}`, value)
  }
  return value as JsonFields
}

/** @throws CameraError `camera/format` */
export function readArray(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw wrongJson(where, 'an array', value)
  return value
}

/** @throws CameraError `camera/format` */
export function readNumber(value: unknown, where: string): number {
  if (typeof value !== 'number') throw wrongJson(where, 'a number', value)
  return value
}

/**
 * A list of as many numbers as `names`, which says in a message what they are: `x, y, z`.
 * @throws CameraError `camera/format`
 */
export function readNumbers<T extends readonly number[]>(
  value: unknown,
  where: string,
  names: string,
): T {
  if (!Array.isArray(value) || value.length !== names.split(',').length) {
    throw wrongJson(where, `[${names}]`, value)
  }
  return value.map((v: unknown, i) => readNumber(v, `${where}[${i}]`)) as unknown as T
}

/** What is thrown for a value that is not what was expected. */
export function wrongJson(where: string, expected: string, got: unknown): CameraError {
  const shown = JSON.stringify(got)?.slice(0, 60) ?? String(got)
  return new CameraError('camera/format', `${where}: expected ${expected}, got ${shown}`)
}
