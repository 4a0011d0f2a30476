import { FlashWorldError } from './errors.ts'

/**
 * Loads what is not installed with this library.
 * @param need what needs it, in the plural, such as `MP4 films`
 * @param packages as `npm install` takes them
 * @throws FlashWorldError `package/missing` with how to install it
 * @example
 * ```ts
 * import { loadOptional } from 'flashworld'
 *
 * const { three } = await loadOptional(
 *   async () => ({ three: await import('three') }),
 *   'a preview',
 *   'three',
 * )
 * ```
 */
export async function loadOptional<T>(
  load: () => Promise<T>,
  need: string,
  packages: string,
): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new FlashWorldError('package/missing', notInstalled(`${need} need what`, packages), {
      cause,
    })
  }
}

/** @param packages as `npm install` takes them */
export const notInstalled = (what: string, packages: string): string =>
  `${what} is not installed; get it with \`npm install ${packages}\``
