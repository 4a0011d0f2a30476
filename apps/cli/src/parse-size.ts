import type { ImageSize } from '@flashworld/camera'
import { numberOf, UsageError } from './command.ts'

/** The value of `--size`, each side within bounds. @throws UsageError */
export function parseSize(
  text: string,
  { least, most }: { least: number; most: number },
): ImageSize {
  const match = /^(\d{2,4})x(\d{2,4})$/.exec(text)
  const [width, height] = [Number(match?.[1]), Number(match?.[2])]
  if (!(Math.min(width, height) >= least && Math.max(width, height) <= most)) {
    throw new UsageError(`--size: expected WIDTHxHEIGHT from ${least} to ${most}, got '${text}'`)
  }
  return { width, height }
}

/** The value of `--fov`: degrees along the longer side. @throws UsageError */
export function parseFov(text: string): number {
  const degrees = numberOf(text)
  if (!(degrees >= 1 && degrees <= 170))
    throw new UsageError(`--fov: expected 1 to 170 degrees, got '${text}'`)
  return degrees
}

/** The value of `--resolution`: frames, height, width. @throws UsageError */
export function parseResolution(text: string): [number, number, number] {
  const match = /^(\d{1,5})x(\d{1,5})x(\d{1,5})$/.exec(text)
  if (!match)
    throw new UsageError(
      `--resolution: expected FRAMESxHEIGHTxWIDTH such as 12x128x192, got '${text}'`,
    )
  return [Number(match[1]), Number(match[2]), Number(match[3])]
}
