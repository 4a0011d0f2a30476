import { strict as assert } from 'node:assert'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tarballName } from '../../scripts/published-manifest.ts'
import type { Consumer } from './consumer.ts'

/** What judges packages. Only releases need it: it is not installed with the project. */
const judges = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5']

/**
 * Holds each package against those who know what bundlers, compilers and Node make of it. No TypeScript is in it but
 * declarations, since Node runs none in node_modules, and what its code starts or reads beside it is there.
 * @param built the folder with each package's folder, and its tarball
 */
export async function lint(consumer: Consumer, built: string): Promise<string> {
  await consumer.install(...judges)
  const manifests = globSync('*/package.json', { cwd: built })
  for (const file of manifests) {
    const folder = join(built, file, '..')
    const sources = globSync(['**/*.{ts,mts,cts,tsx}'], {
      cwd: folder,
      exclude: ['**/*.d.ts'],
    })
    assert.deepEqual(sources, [])
    assert.deepEqual(missingBeside(folder), [])
    await consumer.run('npx', 'publint', '--strict', folder)
    const { name, version, exports } = JSON.parse(readFileSync(join(built, file), 'utf8')) as {
      readonly name: string
      readonly version: string
      readonly exports?: object
    }
    // the others are files, or a program
    if (!exports || !('.' in exports)) continue
    const tarball = join(built, tarballName({ name, version }))
    await consumer.run('npx', 'attw', '--profile', 'esm-only', tarball)
  }
  return `${manifests.length} packages`
}

/** What code of a package names by `new URL` and the package has not. */
const missingBeside = (folder: string) =>
  globSync('dist/**/*.js', { cwd: folder }).flatMap((file) => {
    const code = readFileSync(join(folder, file), 'utf8').replace(/^ *\*.*/gm, '')
    return [...code.matchAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g)]
      .map(([, path]) => join(file, '..', path!))
      .filter((path) => !existsSync(join(folder, path)))
  })
