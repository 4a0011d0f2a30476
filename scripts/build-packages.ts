/**
 * Makes what is published on npm, in dist/packages: each workspace as a folder with JavaScript and declarations, and
 * packed. Workspaces themselves run as TypeScript, with no build.
 *
 *   node scripts/build-packages.ts
 */
import { execSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compile } from './compile-packages.ts'
import type { Manifest } from './published-manifest.ts'
import { publishedManifest, sourcesIn } from './published-manifest.ts'

const root = join(import.meta.dirname, '..')
const target = join(root, 'dist/packages')

const workspaces = globSync(['packages/*', 'apps/*', 'assets'], { cwd: root })
  .sort()
  .map((folder) => ({
    folder: folder.replaceAll('\\', '/'),
    manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest,
  }))

const start = performance.now()
const compiled = compile(
  root,
  workspaces.flatMap(({ folder, manifest }) =>
    sourcesIn(manifest).map((source) => join(folder, source)),
  ),
)

rmSync(target, { recursive: true, force: true })
const staged = workspaces.map(({ folder, manifest }) => {
  const place = join(target, manifest.name.replace('@flashworld/', ''))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  for (const { path, text } of compiled.filter(({ workspace }) => workspace === folder))
    write(path, text)
  for (const file of manifest.files ?? [])
    cpSync(join(root, folder, file), join(place, file), { recursive: true })
  cpSync(join(root, 'LICENSE'), join(place, 'LICENSE'))
  write('README.md', readme(manifest))
  if (manifest.name === 'flashworld') addLauncher(place)
  write('package.json', `${JSON.stringify(publishedManifest(manifest, folder), undefined, 2)}\n`)
  return place
})
const quoted = staged.map((place) => `"${place}"`).join(' ')
execSync(`npm pack --silent ${quoted}`, { cwd: target, stdio: ['ignore', 'ignore', 'inherit'] })
console.log(
  `${staged.length} packages made in dist/packages in ${((performance.now() - start) / 1000).toFixed(1)} s`,
)

/** `npx flashworld` asks for the package of that name, which holds no command line, only what finds it. */
function addLauncher(place: string) {
  const bin = join(root, 'apps/cli/bin')
  cpSync(join(bin, 'launcher.mjs'), join(place, 'bin/flashworld.mjs'))
  cpSync(join(bin, 'fetch-package.mjs'), join(place, 'bin/fetch-package.mjs'))
}

function readme({ name, description }: Manifest): string {
  if (name === 'flashworld') return pageForUsers()
  return `# ${name}\n\n${description}.\n\nA part of flashworld: a sentence or a photograph, plus a camera path, becomes an explorable 3D scene.\n`
}

/** What the docs say of packages, without the pages that it leads to and how they are made. */
function pageForUsers(): string {
  const page = readFileSync(join(root, 'docs/packages.md'), 'utf8')
  return `${page
    .slice(0, page.indexOf('## Making a release'))
    .replace('# Packages', '# flashworld')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/^```(ts|sh) shown.*/gm, '```$1')
    .trim()}\n`
}
