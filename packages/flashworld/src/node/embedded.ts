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
export function embeddedModel(): string {
  try {
    return fileURLToPath(new URL('./mini', import.meta.resolve('@flashworld/mini/package.json')))
  } catch (cause) {
    const message = notInstalled('the embedded model', '@flashworld/mini')
    throw new FlashWorldError('package/missing', message, { cause })
  }
}
