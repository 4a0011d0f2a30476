/**
 * `npm run build:static [-- FOLDER]`: the studio, the engine, the embedded model and the examples as one folder that any
 * host of files serves, under any path: no server. It is a static Space of Hugging Face's, too. Default: dist/static.
 */
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readExamples } from '../apps/server/src/routes/simple/read-examples.ts'

const root = join(import.meta.dirname, '..')
const studio = join(root, 'apps/studio')
const folder = folderOf(process.argv.slice(2))
const unfinished = `${folder}.unfinished`

await checkReplaceable()

await rm(unfinished, { recursive: true, force: true })
await buildPage()
await cp(join(studio, 'static'), unfinished, { recursive: true })
await cp(join(root, 'assets/mini'), join(unfinished, 'models/mini'), { recursive: true })
await cp(join(root, 'LICENSE'), join(unfinished, 'LICENSE'))
await writeExamples()
await writeFile(join(unfinished, '_headers'), headers())
await writeFile(join(unfinished, 'README.md'), spaceCard())
// hosts that know Jekyll leave out what begins with an underscore
await writeFile(join(unfinished, '.nojekyll'), '')
// whole or not at all, whoever serves it meanwhile
await rm(folder, { recursive: true, force: true })
await rename(unfinished, folder)
await tellSizes()

function folderOf(args: readonly string[]): string {
  const [given = join(root, 'dist/static'), ...more] = args
  if (more.length === 0 && !given.startsWith('-')) return resolve(given)
  console.error('usage: npm run build:static [-- FOLDER]')
  process.exit(2)
}

/** What was there goes: only where it is a static build, too. */
async function checkReplaceable() {
  const names = await readdir(folder).catch((): string[] => [])
  if (names.length === 0 || names.includes('isolation-worker.js')) return
  console.error(`${folder}: expected no folder, an empty one or a static build, got other files`)
  process.exit(1)
}

async function buildPage() {
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({
    root: studio,
    configFile: join(studio, 'vite.config.ts'),
    mode: 'static',
    logLevel: 'warn',
    build: { outDir: unfinished, emptyOutDir: true },
  })
}

/** The examples as the server gives them, by addresses beside the page. */
async function writeExamples() {
  await mkdir(join(unfinished, 'examples'))
  const listed = []
  for (const { name, request, files } of await readExamples()) {
    const place = `examples/${name}`
    await writeFile(join(unfinished, `${place}.json`), JSON.stringify(request))
    for (const [ending, bytes] of Object.entries(files))
      await writeFile(join(unfinished, `${place}.${ending}`), bytes)
    listed.push({
      request: `${place}.json`,
      picture: `${place}.webp`,
      world: `${place}.spz`,
      text: request.text_prompt,
    })
  }
  await writeFile(join(unfinished, 'examples.json'), JSON.stringify({ examples: listed }))
}

/** For hosts that read them from here, such as Netlify and Cloudflare Pages. */
function headers() {
  return `/*
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Embedder-Policy: require-corp
  Cross-Origin-Resource-Policy: same-origin
  X-Content-Type-Options: nosniff
/assets/*
  Cache-Control: public, max-age=31536000, immutable
/threads/*
  Cache-Control: public, max-age=31536000, immutable
`
}

/** What a Space reads about itself. */
function spaceCard() {
  return `---
title: flashworld
emoji: 🌍
colorFrom: yellow
colorTo: gray
sdk: static
app_file: index.html
license: apache-2.0
short_description: A sentence becomes a 3D world, in your browser
custom_headers:
  cross-origin-embedder-policy: require-corp
  cross-origin-opener-policy: same-origin
  cross-origin-resource-policy: cross-origin
---

# flashworld

A sentence or a photograph, plus a camera path, becomes a 3D world of Gaussians: in the page itself, on the visitor's own
hardware, by WebGPU or by WebAssembly. No server computes, and nothing that is written or shown leaves the page.

The embedded model knows toy worlds. Larger ones are fetched by their address, under "What this device can do".
`
}

async function tellSizes() {
  const names = await readdir(folder, { recursive: true })
  const sizes = new Map<string, number>()
  let files = 0
  for (const name of names) {
    const about = await stat(join(folder, name))
    if (!about.isFile()) continue
    files++
    const part = name.includes('/') ? name.slice(0, name.indexOf('/')) : 'the page'
    sizes.set(part, (sizes.get(part) ?? 0) + about.size)
  }
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  console.log(`${folder}: ${files} files, ${megabytes(total)}`)
  for (const [part, bytes] of [...sizes].toSorted((a, b) => b[1] - a[1])) {
    console.log(`  ${part.padEnd(10)} ${megabytes(bytes).padStart(9)}`)
  }
}
