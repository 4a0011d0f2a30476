import { readFileSync } from 'node:fs'

/** A tensor of a safetensors file, its f32 values flat. */
export interface Golden {
  readonly shape: number[]
  readonly data: Float32Array
}

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** Reads f32 tensors of the goldens of the tiny checkpoint by name. */
export function openGoldens(): (name: string) => Golden {
  const url = new URL('../../../test/goldens/tiny/cases.safetensors', import.meta.url)
  const file = readFileSync(url)
  const start = 8 + Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, Entry>
  return (name) => {
    const entry = header[name]
    if (entry?.dtype !== 'F32') throw new Error(`golden: no f32 tensor '${name}'`)
    const [from, to] = entry.data_offsets
    const bytes = Uint8Array.from(file.subarray(start + from, start + to))
    return { shape: entry.shape, data: new Float32Array(bytes.buffer) }
  }
}

/** The largest difference of two equally long lists. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`golden: ${b.length} values, got ${a.length}`)
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    if (Number.isNaN(difference)) return NaN
    most = Math.max(most, difference)
  }
  return most
}
