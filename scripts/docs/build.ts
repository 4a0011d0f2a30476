// `npm run docs [-- --base /flashworld/]`: builds the docs into dist/docs, for any static host. `--base` is the path
// under which they will be served. What builds them is installed into docs/site on the first call.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brokenLinks } from './check-links.ts'
import { entryPoints } from './public-api.ts'
import { root, site, staged, stageApi, stagePages } from './stage.ts'

const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } })
const base = `/${values.base}/`.replaceAll(/\/+/g, '/')
const out = join(root, 'dist/docs')

installGenerator()
await stagePages()
run('typedoc/bin/typedoc', '--options', writeTypedocOptions())
rmSync(out, { recursive: true, force: true })
await stageApi()
run('vitepress/bin/vitepress.js', 'build', site)

const broken = await brokenLinks(out, base)
for (const line of broken) console.error(line)
if (broken.length > 0) process.exit(1)
console.log(`docs: ${out}, to be served at ${base}`)

function installGenerator() {
  const stamp = join(site, 'node_modules/.installed')
  const wanted = readFileSync(join(site, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing what builds the docs (npm ci)')
  const windows = process.platform === 'win32'
  execFileSync(
    windows ? 'npm.cmd' : 'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'],
    { cwd: site, stdio: 'inherit', shell: windows },
  )
  writeFileSync(stamp, wanted)
}

function run(program: string, ...args: string[]) {
  execFileSync(process.execPath, [join(site, 'node_modules', program), ...args], {
    cwd: site,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DOCS_BASE: base },
  })
}

/** @returns the file's path */
function writeTypedocOptions(): string {
  const path = join(staged, 'typedoc.json')
  const options = {
    plugin: [join(site, 'node_modules/typedoc-plugin-markdown/dist/index.js')],
    entryPoints: Object.values(entryPoints).map((file) => join(root, file)),
    tsconfig: join(root, 'tsconfig.json'),
    out: join(staged, 'api'),
    navigationJson: join(staged, 'api/navigation.json'),
    entryFileName: 'index',
    name: 'API',
    readme: 'none',
    // held by `npm run check`
    skipErrorChecking: true,
    disableSources: true,
    excludeInternal: true,
    hidePageHeader: true,
    hideBreadcrumbs: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    useCodeBlocks: true,
    sanitizeComments: true,
    logLevel: 'Warn',
    validation: { notExported: false },
  }
  writeFileSync(path, JSON.stringify(options))
  return path
}
