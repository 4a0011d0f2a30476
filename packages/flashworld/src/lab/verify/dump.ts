import { writeSafetensors } from '@flashworld/models'
import type { Computed } from './compare.ts'

/**
 * What was computed as the chunks of a safetensors file, under the goldens' own names, shapes and types.
 * @example
 * ```ts
 * import { saveFile } from 'flashworld/node'
 * import { dumpTensors } from 'flashworld/lab'
 *
 * const computed = [{ name: 'text.rows', shape: [2, 2], values: new Float32Array(4) }]
 * await saveFile('computed.safetensors', dumpTensors(computed))
 * ```
 */
export async function* dumpTensors(computed: readonly Computed[]): AsyncGenerator<Uint8Array> {
  yield* writeSafetensors(
    computed.map(({ name, shape, values }) => {
      if (values instanceof Float32Array)
        return { key: name, dtype: 'F32', shape, bytes: owned(values) }
      if (values instanceof Uint8Array)
        return { key: name, dtype: 'U8', shape, bytes: owned(values) }
      return { key: name, dtype: 'I64', shape, bytes: BigInt64Array.from(values, BigInt) }
    }),
  )
}

const owned = <T extends Float32Array | Uint8Array>(values: T) =>
  values as T & ArrayBufferView<ArrayBuffer>
