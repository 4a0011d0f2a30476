import type { Axes } from '@flashworld/splats'
import { parseAxes } from '@flashworld/splats'
import type { Given } from './command.ts'
import { UsageError } from './command.ts'

/** The axes that an option names; undefined where it is not given. @throws UsageError */
export function axesOf(option: 'axes' | 'from-axes', { values }: Given): Axes | undefined {
  const text = values[option]
  if (text === undefined) return undefined
  try {
    return parseAxes(text)
  } catch (cause) {
    throw new UsageError(`--${option}: ${(cause as Error).message}`, { cause })
  }
}
