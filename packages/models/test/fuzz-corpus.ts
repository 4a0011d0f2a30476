/** The inputs that are kept: one for each kind of outcome that was ever seen, a line of hexadecimal each. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { FuzzTarget } from './fuzz.ts'

const placeOf = (target: FuzzTarget) => new URL(`fuzz-corpus/${target}.txt`, import.meta.url)

export function readCorpus(target: FuzzTarget): Uint8Array[] {
  const place = placeOf(target)
  if (!existsSync(place)) return []
  const lines = readFileSync(place, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => new Uint8Array(Buffer.from(line, 'hex')))
}

export function writeCorpus(target: FuzzTarget, inputs: Iterable<Uint8Array>): void {
  const lines = [...inputs].map((bytes) => `${Buffer.from(bytes).toString('hex')}\n`)
  writeFileSync(placeOf(target), lines.join(''))
}
