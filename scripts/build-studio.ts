/**
 * Builds the studio's page into apps/studio/dist, from where the server takes it. Does nothing when all that it is made
 * of is as it was.
 */
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const studio = join(root, 'apps/studio')
const page = join(studio, 'dist')

/** All that may come into the page, and what makes it. */
const sources = globSync(
  [
    'apps/studio/src/**/*.*',
    'packages/*/src/**/*.*',
    'apps/studio/{*.html,*.ts}',
    'package-lock.json',
    'scripts/build-studio.ts',
  ],
  { cwd: root, exclude: (path) => /\.(test|generated)\.tsx?$/.test(path) },
).sort()

const hash = createHash('sha256')
for (const file of sources) hash.update(file).update(readFileSync(join(root, file)))
const wanted = hash.digest('hex')

const stamp = join(page, '.built')
if ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) {
  const start = performance.now()
  // whoever calls it, tests among them: what is served is what people get
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  const outDir = join(studio, 'dist.new')
  await build({
    root: studio,
    configFile: join(studio, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  })
  await writeFile(join(outDir, '.built'), wanted)
  // whole or not at all, whoever serves it meanwhile
  await rm(page, { recursive: true, force: true })
  await rename(outDir, page)
  console.log(`The studio's page built in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
