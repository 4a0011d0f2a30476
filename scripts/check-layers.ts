// Checks the import arrows: a package imports only what stands below it, libraries never touch the platform, and a
// workspace's package.json names exactly the workspaces that its code imports.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

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
  'packages/models': ['@flashworld/engine', '@flashworld/camera'],
  'packages/flashworld': [
    '@flashworld/math',
    '@flashworld/engine',
    '@flashworld/camera',
    '@flashworld/splats',
    '@flashworld/raster',
    '@flashworld/models',
  ],
  'apps/cli': ['flashworld', '@flashworld/splats', '@flashworld/camera', '@flashworld/math'],
}

/** The one place in a library that knows Node. */
const nodePlatform = join('packages', 'flashworld', 'src', 'node')

const problems: string[] = []

for (const [folder, allowed] of Object.entries(mayImport)) {
  const used = new Set<string>()
  for (const file of globSync(`${folder}/src/**/*.ts`)) {
    if (file.endsWith('.test.ts')) continue
    const text = readFileSync(file, 'utf8')
    for (const [, target] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g))
      checkImport(file, folder, target!)
    if (isLibrary(file) && /\b(window|process)\./.test(withoutComments(text))) {
      problems.push(`${file}: a library may not use \`window\` or \`process\``)
    }
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of used) {
    if (!(name in (manifest.dependencies ?? {})))
      problems.push(`${folder}/package.json: ${name} is imported but not named`)
  }
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (isWorkspace(name) && !used.has(name))
      problems.push(`${folder}/package.json: ${name} is named but not imported`)
  }

  function checkImport(file: string, from: string, target: string) {
    if (target.startsWith('node:')) {
      if (isLibrary(file)) problems.push(`${file}: a library may not import ${target}`)
    } else if (target.startsWith('.')) {
      const resolved = join(file, '..', target)
      if (!resolved.startsWith(from.replaceAll('/', sep) + sep))
        problems.push(`${file}: ${target} leaves the workspace`)
    } else {
      const name = target.startsWith('@')
        ? target.split('/').slice(0, 2).join('/')
        : target.split('/')[0]!
      if (!isWorkspace(name)) return
      used.add(name)
      if (!allowed.includes(name)) problems.push(`${file}: ${from} may not import ${name}`)
    }
  }
}

for (const cycle of importCycles(globSync('{packages,apps}/*/{src,test}/**/*.ts'))) {
  problems.push(`imports in a circle: ${cycle.join(' -> ')}`)
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`layers: ${Object.keys(mayImport).length} workspaces keep to their arrows`)

function isLibrary(file: string) {
  return file.startsWith(`packages${sep}`) && !file.startsWith(nodePlatform)
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
  const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import\(|import)\s*'(\.[^']+\.ts)'/g)
  return [...imports].map(([, target]) => join(file, '..', target!)).filter(existsSync)
}

function withoutComments(text: string) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|`[\s\S]*?`|'[^'\n]*'/g, '')
}
