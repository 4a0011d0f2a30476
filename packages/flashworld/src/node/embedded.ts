import { fileURLToPath } from 'node:url'
import { FlashWorldError } from '../errors.ts'
import { notInstalled } from '../optional-package.ts'

/**
 * The folder of the embedded model, which comes in a package of its own.
 * @throws FlashWorldError `package/missing` with how to install it
 * @example
 * ```ts
 * import { readdir } from 'node:fs/promises'
 * import { embeddedModel } from 'flashworld/node'
 *
 * console.log(await readdir(embeddedModel()))
 * ```
 */
export const embeddedModel = (): string => folderOf('mini')

/**
 * The folder of scenes that the embedded model made, in the same package: `examples.json` names them; of each there are its
 * request (`.json`), a picture (`.webp`) and the scene (`.spz`).
 * @throws FlashWorldError `package/missing` with how to install it
 * @example
 * ```ts
 * import { readdir } from 'node:fs/promises'
 * import { embeddedExamples } from 'flashworld/node'
 *
 * console.log(await readdir(embeddedExamples()))
 * ```
 */
export const embeddedExamples = (): string => folderOf('examples')

function folderOf(name: string): string {
  try {
    const about = import.meta.resolve('@flashworld/mini/package.json')
    return fileURLToPath(new URL(name, about))
  } catch (cause) {
    const message = notInstalled('the embedded model', '@flashworld/mini')
    throw new FlashWorldError('package/missing', message, { cause })
  }
}
