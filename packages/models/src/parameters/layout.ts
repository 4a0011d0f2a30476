import { crc32 } from '../weights/crc32.ts'
import type { ParameterTree } from './spec.ts'
import { parameterSpecs } from './spec.ts'

/**
 * A fingerprint of what a network's parameters are on an engine: keys, shapes, order of axes, factors. Converted models
 * hold parameters so, and are of use to a program whose fingerprint is theirs.
 * @returns 8 hexadecimal digits
 */
export function parameterLayout(tree: ParameterTree): string {
  const specs = [...parameterSpecs(tree)].map(([key, spec]) => {
    const { stored, shape, storage, layout, factor, rowFactors = '', mayBeBytes = false } = spec
    const balance = spec.balance ? [spec.balance] : []
    return [key, stored, shape, storage, layout, factor, rowFactors, mayBeBytes, ...balance]
  })
  const text = new TextEncoder().encode(JSON.stringify(specs))
  return crc32(text).toString(16).padStart(8, '0')
}
