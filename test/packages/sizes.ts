import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Rolldown } from 'vite'
import { build } from 'vite'

/**
 * What a page loads at once for what it uses, in kB after minifying and gzip: the most that it may be. Whoever makes
 * one larger says why.
 */
const budgets: readonly (readonly [name: string, from: string, kilobytes: number])[] = [
  ['createClient', 'flashworld/client', 2],
  ['templatePath', '@flashworld/camera', 3],
  ['readSpz', '@flashworld/splats', 8],
  ['writePly', '@flashworld/splats', 4],
  ['requestSchema', 'flashworld', 28],
  ['writeScene', 'flashworld', 22],
  ['browserCapabilities', 'flashworld/browser', 2],
  ['createWorkerWorld', 'flashworld/browser', 2],
  // in the worker: the whole engine, its kernels for the CPU among it
  ['serveWorld', 'flashworld/browser', 140],
]

/** Bundles each of them alone, as Vite does, of what is installed in a folder. */
export async function measureSizes(folder: string): Promise<string> {
  const measured = await Promise.all(
    budgets.map(async ([name, from, budget]) => {
      const kilobytes = (await bytesFor(folder, name, from)) / 1000
      return { what: `${name} of ${from}`, budget, kilobytes }
    }),
  )
  const lines = measured.map(
    ({ what, budget, kilobytes }) => `  ${what}: ${kilobytes.toFixed(1)} kB of ${budget}`,
  )
  const over = measured.filter(({ budget, kilobytes }) => kilobytes > budget)
  if (over.length > 0) throw new Error(`larger than its budget:\n${lines.join('\n')}`)
  return `gzipped\n${lines.join('\n')}`
}

async function bytesFor(folder: string, name: string, from: string): Promise<number> {
  const place = join(folder, name)
  await mkdir(place)
  const entry = join(place, 'main.js')
  await writeFile(entry, `import { ${name} } from '${from}'\nconsole.log(${name})`)
  const bundled = (await build({
    root: place,
    configFile: false,
    logLevel: 'silent',
    worker: { format: 'es' },
    build: { write: false, modulePreload: false, rolldownOptions: { input: entry } },
  })) as Rolldown.RolldownOutput
  const chunks = new Map(
    bundled.output.flatMap((part) => (part.type === 'chunk' ? [[part.fileName, part]] : [])),
  )
  const entries = [...chunks.values()].filter(({ isEntry }) => isEntry)
  const loaded = new Set(entries.map(({ fileName }) => fileName))
  // grows while it is walked through
  for (const name of loaded) for (const further of chunks.get(name)!.imports) loaded.add(further)
  const sizes = [...loaded].map(
    async (name) => (await promisify(gzip)(chunks.get(name)!.code)).length,
  )
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0)
}
