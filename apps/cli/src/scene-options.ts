import { sceneEndings } from 'flashworld/node'
import { UsageError } from './command.ts'

/** The name of a scene file to be written. @throws UsageError unless its ending is that of a format that can be */
export function sceneName(path: string): string {
  if (sceneEndings.some((ending) => path.toLowerCase().endsWith(ending))) return path
  throw new UsageError(`${path}: expected a name that ends in ${sceneEndings.join(', ')}`)
}

const units: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }

/** Numbers of Gaussians: `2m,500k,1234`. @throws UsageError */
export function parseTiers(list: string | undefined): number[] {
  const names = list?.toLowerCase().split(',') ?? []
  return names.map((name) => {
    const [, digits, unit] = /^([1-9]\d{0,6})([km]?)$/.exec(name) ?? []
    if (digits === undefined)
      throw new UsageError(`--tiers: expected sizes such as 2m,500k,100k, got '${list}'`)
    return Number(digits) * (units[unit!] ?? 1)
  })
}
