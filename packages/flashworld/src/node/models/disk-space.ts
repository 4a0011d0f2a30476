import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FlashWorldError } from '../../errors.ts'

/** Bytes that will be written somewhere below a folder, which need not be there yet. */
export interface SpaceNeed {
  readonly folder: string
  readonly bytes: number
}

/**
 * Bytes that are free to us where a folder is, or will be.
 * @throws the system's errors
 * @example
 * ```ts
 * import { freeBytes } from 'flashworld/node'
 *
 * console.log((await freeBytes('models')) / 1e9, 'GB')
 * ```
 */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await nearest(folder))
  return bavail * bsize
}

async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

/**
 * Checks that there is room for all of it; what goes to one disk counts together.
 * @throws FlashWorldError `disk/space`
 * @example
 * ```ts
 * import { checkSpace } from 'flashworld/node'
 *
 * await checkSpace([{ folder: 'models', bytes: 1e6 }])
 * ```
 */
export async function checkSpace(needs: readonly SpaceNeed[]): Promise<void> {
  const byDisk = new Map<number, SpaceNeed>()
  for (const { folder, bytes } of needs) {
    const { dev } = await stat(await nearest(folder))
    byDisk.set(dev, { folder, bytes: bytes + (byDisk.get(dev)?.bytes ?? 0) })
  }
  for (const { folder, bytes } of byDisk.values()) {
    const free = await freeBytes(folder)
    if (free < bytes)
      throw new FlashWorldError(
        'disk/space',
        `expected ${inGB(bytes)} of free disk for ${folder}, got ${inGB(free)}`,
      )
  }
}

const inGB = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
