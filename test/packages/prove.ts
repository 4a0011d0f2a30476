/**
 * `npm run prove:packages [-- lint sizes node types page command older-node]`: the packages as they are published, from
 * a registry on this machine, in empty folders with npm alone. Ends with 1 where one is not as it should be.
 */
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { exec } from 'node:child_process'
import { askedProofs } from '../asked-proofs.ts'
import { proveCommand } from './command.ts'
import type { Consumer } from './consumer.ts'
import { newConsumer } from './consumer.ts'
import { lint } from './lint.ts'
import { provePage } from './page.ts'
import { serveRegistry } from './registry.ts'
import { measureSizes } from './sizes.ts'

const built = join(import.meta.dirname, '../../dist/packages')

/** All that `npm install flashworld` may bring: no server, no binary of one platform. */
const whole = [
  ...['camera', 'engine', 'math', 'models', 'raster', 'splats'].map(
    (name) => `@flashworld/${name}`,
  ),
  '@huggingface/tokenizers',
  'flashworld',
  'hash-wasm',
  'zod',
  'zstddec',
]

/** Each gives what is worth knowing of it. */
const proofs: Readonly<Record<string, () => Promise<string>>> = {
  lint: () => withConsumer((consumer) => lint(consumer, built)),

  sizes: () =>
    withConsumer(async (consumer) => {
      assert.deepEqual((await consumer.install('flashworld')).toSorted(), whole)
      const binaries = globSync('node_modules/**/*.{node,so,dylib,dll,exe}', {
        cwd: consumer.folder,
      })
      assert.deepEqual(binaries, [])
      return measureSizes(consumer.folder)
    }),

  node: () =>
    withConsumer(async (consumer) => {
      await consumer.install('flashworld', '@flashworld/mini')
      await consumer.bring('strict')
      const printed = await consumer.run('node', 'scene.ts')
      assert.match(printed, /house\.spz\n.*house\.scene\.json\n\d+ Gaussians/s)
      return printed.trim().split('\n').at(-1)!
    }),

  types: () =>
    withConsumer(async (consumer) => {
      await consumer.install('flashworld', 'typescript@6', '@types/node@24')
      await consumer.bring('strict')
      for (const resolution of ['nodenext', 'bundler'])
        await consumer.run('npx', 'tsc', '-p', `${resolution}.json`)
      return 'nodenext and bundler'
    }),

  page: () => withConsumer(provePage),

  command: () => withConsumer(proveCommand),

  'older-node': () =>
    withConsumer(async (elsewhere) => {
      const name = `node-${process.platform.replace('32', '')}-${process.arch}`
      await elsewhere.install(`${name}@20`)
      const node = join(elsewhere.folder, 'node_modules', name, 'bin')
      return withConsumer(
        async (consumer) => {
          assert.match(await consumer.run('node', '--version'), /^v20\./)
          const words = await proveCommand(consumer)
          assert.match(words, /Node 24 fetched/)
          return words
        },
        { node },
      )
    }),
}

const asked = askedProofs(Object.keys(proofs))
const usual = (await promisify(exec)('npm config get registry')).stdout.trim()
const registry = await serveRegistry(built, usual)
const cache = await mkdtemp(join(tmpdir(), 'flashworld-npm-'))
try {
  for (const [name, prove] of Object.entries(proofs)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const start = performance.now()
    const words = await prove().catch((error: Error) => {
      process.exitCode = 1
      return `FAILED: ${error.message}`
    })
    const seconds = (performance.now() - start) / 1000
    console.log(`${name}: ${words} (${seconds.toFixed(0)} s)`)
  }
} finally {
  registry.close()
  await rm(cache, { recursive: true, force: true })
}

async function withConsumer(
  prove: (consumer: Consumer) => Promise<string>,
  options: { readonly node?: string } = {},
): Promise<string> {
  await using consumer = await newConsumer({ registry: registry.url, cache, ...options })
  return await prove(consumer)
}
