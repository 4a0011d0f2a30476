/**
 * Writes a checkpoint of seeded numbers in the published files' layout and converts it: how long, and with how much memory,
 * against `cp` and a read of the same files.
 *
 *   node bench/convert.ts FOLDER [--layers 12] [--text-layers 2] [--precision int8]
 *
 * 12 layers of the transformer make a model.ckpt of 8.7 GB, all 30 the published 21 GB; all 24 of the text encoder, in f32,
 * another 23 GB. The files in FOLDER stay.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { StoredPrecision } from '@flashworld/models'
import type { PublishedFiles } from '../packages/flashworld/src/node/models/published-files.ts'
import { convertModel, verifyConverted } from '../packages/flashworld/src/node/index.ts'
import { publishedConfigs, publishedFeatures } from '../packages/flashworld/src/lab/index.ts'
import { publishedLayout } from '../packages/models/test/published-layout.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    layers: { type: 'string', default: '12' },
    'text-layers': { type: 'string', default: '2' },
    precision: { type: 'string', default: 'int8' },
  },
})
const [folder] = positionals
if (!folder)
  throw new Error(
    'usage: node bench/convert.ts FOLDER [--layers N] [--text-layers N] [--precision P]',
  )
const { textEncoder, transformer, vae } = publishedConfigs
const layers = Number(values.layers)
const textLayers = Number(values['text-layers']) // few: the archive is what is measured
const layout = publishedLayout({
  configs: {
    vae,
    transformer: { ...transformer, num_layers: layers },
    textEncoder: { ...textEncoder, num_layers: textLayers },
  },
  features: publishedFeatures,
  seed: 1,
  shardBytes: 1e9,
})
const source = join(folder, `published-${layers}-${textLayers}`)
for (const { path, chunks } of layout) {
  const place = join(source, path)
  if (existsSync(place)) continue
  mkdirSync(dirname(place), { recursive: true })
  const file = await open(place, 'w')
  for (const chunk of chunks()) await file.writeFile(chunk)
  await file.close()
}
const tokenizer = fileURLToPath(new URL('../assets/mini/tokenizer', import.meta.url))
const places = [
  ...layout.map(({ path }) => [path, join(source, path)] as const),
  ...['tokenizer.json', 'tokenizer_config.json'].map(
    (name) => [`tokenizer/${name}`, join(tokenizer, name)] as const,
  ),
]
const published: PublishedFiles = {
  name: 'seeded',
  files: new Map(places.map(([name, path]) => [name, { path, bytes: statSync(path).size }])),
}
const bytes = [...published.files.values()].reduce((sum, file) => sum + file.bytes, 0)
const ckpt = statSync(join(source, 'model.ckpt')).size
console.log(`${gb(bytes)} of published files, ${gb(ckpt)} of them model.ckpt`)

const target = join(folder, `converted-${layers}-${textLayers}-${values.precision}`)
rmSync(target, { recursive: true, force: true })
rmSync(`${target}.unfinished`, { recursive: true, force: true })
const before = process.cpuUsage()
const started = performance.now()
const { files } = await convertModel({
  published,
  folder: target,
  precision: values.precision as StoredPrecision,
})
const took = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(before)
const written = files.reduce((sum, file) => sum + file.bytes, 0)
console.log(
  `convert to ${values.precision}: ${took.toFixed(1)} s, ${gb(written)} in ${files.length} files,`,
  `${((user + system) / 1e6).toFixed(0)} s of processor, resident at most ${gb(maxResident())}`,
)
const check = performance.now()
const faults = await verifyConverted(target)
console.log(`verify: ${faults.length} faults, ${((performance.now() - check) / 1000).toFixed(1)} s`)

const copied = seconds(() => spawnSync('cp', ['-r', source, join(folder, 'copy')]))
rmSync(join(folder, 'copy'), { recursive: true })
console.log(`cp -r: ${copied.toFixed(1)} s`)

function seconds(work: () => unknown): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

/** The kernel's own account of this process, where there is one. */
function maxResident(): number {
  const line = existsSync('/proc/self/status')
    ? /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    : undefined
  return line ? Number(line) * 1024 : process.resourceUsage().maxRSS * 1024
}

function gb(count: number): string {
  return `${(count / 1e9).toFixed(2)} GB`
}
