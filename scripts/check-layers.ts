// Checks the import arrows: a package imports only what stands below it, libraries never touch the platform, nothing
// imports in a circle, and a workspace's package.json names exactly the workspaces that its code imports.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Files alone, which `flashworld/node` finds: who needs them names them, and imports nothing of theirs. */
const filesAlone = '@flashworld/mini'

/** Each folder with the workspaces that it may import. */
const mayImport: Record<string, readonly string[]> = {
  'packages/math': [],
  'packages/camera': ['@flashworld/math'],
  'packages/splats': ['@flashworld/math'],
  'packages/engine': [],
  'packages/raster': [
    '@flashworld/math',
    '@flashworld/engine',
    '@flashworld/camera',
    '@flashworld/splats',
  ],
  'packages/models': ['@flashworld/engine', '@flashworld/camera', '@flashworld/splats'],
  'packages/flashworld': [
    '@flashworld/math',
    '@flashworld/engine',
    '@flashworld/camera',
    '@flashworld/splats',
    '@flashworld/raster',
    '@flashworld/models',
    filesAlone,
  ],
  // the server, so that `flashworld serve` starts it; nothing else of the command line touches it
  'apps/cli': [
    'flashworld',
    '@flashworld/splats',
    '@flashworld/camera',
    '@flashworld/math',
    '@flashworld/server',
  ],
  // the studio's built page, of which it imports nothing
  'apps/server': ['flashworld', '@flashworld/splats', '@flashworld/camera', '@flashworld/studio'],
  'apps/studio': ['flashworld', '@flashworld/splats', '@flashworld/camera', '@flashworld/math'],
}

/** The folders outside of workspaces that hold code, each with those that it may import from or point into. */
const mayReach: Record<string, readonly string[]> = {
  bench: ['bench', 'scripts', 'packages', 'apps/server', 'apps/cli/src/main.ts', 'test', 'assets'],
  deploy: ['deploy', 'apps/server/test'],
  examples: ['examples', 'test'],
  scripts: ['scripts', 'packages', 'apps/cli', 'apps/server', 'assets'],
}

interface Platform {
  readonly name: string
  /** The one place in the libraries that knows it. */
  readonly folder: string
  /** What only it has. */
  readonly own: RegExp
}

const platforms: readonly Platform[] = [
  {
    name: 'Node',
    folder: join('packages', 'flashworld', 'src', 'node'),
    own: /\b(process|Buffer)\.|\bsetImmediate\b/,
  },
  {
    name: 'a browser',
    folder: join('packages', 'flashworld', 'src', 'browser'),
    own: /\b(window|navigator|location)\??\.|\b(OffscreenCanvas|createImageBitmap)\b/,
  },
]

const problems: string[] = []

for (const [folder, allowed] of Object.entries(mayImport)) {
  const used = new Set<string>()
  for (const file of globSync(`${folder}/{src,bin,wasm}/**/*.{ts,tsx,mjs}`)) {
    if (/\.test\.tsx?$/.test(file)) continue
    const text = readFileSync(file, 'utf8')
    for (const target of importsOf(text)) checkImport(file, target)
    for (const target of urlsOf(text)) checkReach(file, target, [folder])
    for (const { name, own } of foreignPlatforms(file)) {
      const found = own.exec(withoutComments(text))
      if (found) problems.push(`${file}: \`${found[0]}\` belongs to ${name}`)
    }
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const named = { ...manifest.dependencies, ...manifest.peerDependencies }
  for (const name of used) {
    if (!(name in named)) problems.push(`${folder}/package.json: ${name} is imported but not named`)
  }
  for (const name of Object.keys(named)) {
    if (isWorkspace(name) && !used.has(name) && name !== filesAlone)
      problems.push(`${folder}/package.json: ${name} is named but not imported`)
  }

  function checkImport(file: string, target: string) {
    if (target.startsWith('node:')) {
      if (foreignPlatforms(file).some(({ name }) => name === 'Node'))
        problems.push(`${file}: a library may not import ${target}`)
    } else if (target.startsWith('.')) {
      checkReach(file, target, [folder])
      for (const { name, folder: known } of foreignPlatforms(file)) {
        if (join(file, '..', target).startsWith(known + sep))
          problems.push(`${file}: ${target} knows ${name}`)
      }
    } else {
      const name = target.startsWith('@')
        ? target.split('/').slice(0, 2).join('/')
        : target.split('/')[0]!
      if (!isWorkspace(name)) return
      used.add(name)
      if (!allowed.includes(name)) problems.push(`${file}: ${folder} may not import ${name}`)
    }
  }
}

for (const [folder, reach] of Object.entries(mayReach)) {
  for (const file of globSync(`${folder}/**/*.{ts,mjs}`)) {
    const text = readFileSync(file, 'utf8')
    for (const target of [...importsOf(text), ...urlsOf(text)]) {
      if (target.startsWith('.')) checkReach(file, target, reach)
    }
  }
}

for (const cycle of importCycles(
  globSync(['{packages,apps}/*/{src,test,bin}/**/*.{ts,tsx,mjs}', '{bench,scripts}/**/*.{ts,mjs}']),
)) {
  problems.push(`imports in a circle: ${cycle.join(' -> ')}`)
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`layers: ${Object.keys(mayImport).length} workspaces keep to their arrows`)

/** What a text imports, types, what is imported late and what is only looked for among it; its docstrings' examples apart. */
function importsOf(text: string): string[] {
  const code = text.replace(/^ *\/\*\*\n[\s\S]*?\*\//gm, '')
  return [...code.matchAll(/\b(?:from|import|import\.meta\.resolve)\b\s*\(?\s*'([^']+)'/g)].map(
    ([, target]) => target!,
  )
}

/** The files beside it that it points to by `new URL`. */
function urlsOf(text: string): string[] {
  return [...text.matchAll(/\bnew URL\(\s*'(\.[^']+)'/g)].map(([, target]) => target!)
}

function checkReach(file: string, target: string, folders: readonly string[]) {
  const path = join(file, '..', target)
  const isWithin = (folder: string) => path.startsWith(folder.replaceAll('/', sep) + sep)
  if (!folders.some((folder) => isWithin(folder) || path === folder))
    problems.push(`${file}: ${target} leaves ${folders.join(', ')}`)
}

/** The platforms that a file of a library must not know. */
function foreignPlatforms(file: string): readonly Platform[] {
  if (!file.startsWith(`packages${sep}`)) return []
  return platforms.filter(({ folder }) => !file.startsWith(folder + sep))
}

function isWorkspace(name: string) {
  return name === 'flashworld' || name.startsWith('@flashworld/')
}

/** The circles that relative imports of these files make, types' among them; each as the files on it in turn. */
function importCycles(files: readonly string[]): string[][] {
  const cycles: string[][] = []
  const finished = new Set<string>()
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file)
    if (start >= 0) cycles.push([...path.slice(start), file])
    if (start >= 0 || finished.has(file)) return
    for (const target of relativeImports(file)) visit(target, [...path, file])
    finished.add(file)
  }
  for (const file of files) visit(file, [])
  return cycles
}

function relativeImports(file: string): string[] {
  return importsOf(readFileSync(file, 'utf8'))
    .filter((target) => target.startsWith('.'))
    .map((target) => join(file, '..', target))
    .filter(existsSync)
}

function withoutComments(text: string) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|`[\s\S]*?`|'[^'\n]*'/g, '')
}
