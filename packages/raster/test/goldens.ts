import { readFile } from 'node:fs/promises'

export interface Golden {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const file = new URL('../../../test/goldens/tiny/cases.safetensors', import.meta.url)

/** The f32 tensors of the tiny goldens by name. */
export async function readGoldens(): Promise<(name: string) => Golden> {
  const bytes = await readFile(file)
  const headerBytes = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  return (name) => {
    const entry = header[name]
    if (entry?.dtype !== 'F32')
      throw new Error(`goldens: expected f32 ${name}, got ${entry?.dtype}`)
    const [start, end] = entry.data_offsets.map((offset) => offset + 8 + headerBytes) as [
      number,
      number,
    ]
    return {
      shape: entry.shape,
      values: new Float32Array(new Uint8Array(bytes.subarray(start, end)).buffer),
    }
  }
}
