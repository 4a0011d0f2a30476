// `node scripts/run.mjs demo|test|docs|docs:check|check|format|setup|static|prove-static|packages|prove-packages`:
// sets up what is missing, then does it; `kernels`, which npm calls after it has installed the packages, sets up the
// rest. Runs on Node 18 and later; the work itself runs on Node 24. Each set-up step says one line when it has
// something to do.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { createHash } from 'node:crypto'
import { npm } from '../apps/cli/bin/fetch-package.mjs'
import { compiled, node24, root, runOnNode24 } from '../apps/cli/bin/node24.mjs'

function installPackages() {
  const stamp = join(root, 'node_modules', '.installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing packages (npm ci)')
  execFileSync(npm.command, ['ci', '--no-audit', '--no-fund', '--silent'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: npm.shell,
  })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Debian packages that tests need, each with a file that shows that it is there. */
const debian = {
  chromium: '/usr/lib/chromium/vk_swiftshader_icd.json', // a headless browser, and a software WebGPU device
  libvulkan1: '/usr/lib/chromium/vk_swiftshader_icd.json',
  postgresql: '/usr/lib/postgresql',
  ffmpeg: '/usr/bin/ffprobe', // reads films that were made
}

function installDebianPackages() {
  if (process.platform !== 'linux') return
  const missing = Object.keys(debian).filter((name) => !existsSync(debian[name]))
  if (missing.length === 0) return
  const asRoot = process.getuid() === 0 ? [] : ['sudo', '-n']
  const apt = (...args) => {
    const [command, ...rest] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...args,
    ]
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  }
  console.error(
    `Installing ${missing.join(', ')} for the browser, WebGPU, film and queue tests (apt-get)`,
  )
  const done =
    apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', ...missing)
  if (!done)
    console.error('Could not install them: the tests that need them will be skipped, and counted')
}

/** The optional encoder of MP4 films is not in the lock file: not every registry has it for every platform. */
function installFilmEncoder() {
  if (existsSync(join(root, 'node_modules/@napi-rs/webcodecs'))) return
  console.error('Installing the MP4 encoder for its tests (npm)')
  const args = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--silent',
    '@napi-rs/webcodecs@~1.3.1',
  ]
  const { status } = spawnSync(npm.command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: npm.shell,
  })
  if (status !== 0)
    console.error('Could not install it: the tests that need it will be skipped, and counted')
}

/** Ends this process too where the program fails. */
const run = async (...args) => {
  const env = {
    NODE_COMPILE_CACHE: compiled,
    ...process.env,
    PATH: `${dirname(node24())}${delimiter}${process.env.PATH}`,
  }
  const status = await runOnNode24(args, { cwd: root, env })
  if (status !== 0) process.exit(status)
}

const tool = (name) => join(root, 'node_modules', name)

const tasks = {
  setup() {},
  kernels() {},
  packages: () => run('scripts/build-packages.ts'),
  async 'prove-packages'() {
    await run('scripts/build-packages.ts')
    await run('test/packages/prove.ts', ...process.argv.slice(3))
  },
  demo: () => run('apps/cli/src/main.ts', 'demo', ...process.argv.slice(3)),
  static: () => run('scripts/build-static.ts', ...process.argv.slice(3)),
  'prove-static': () => run('test/static/prove.ts', ...process.argv.slice(3)),
  test() {
    installDebianPackages()
    installFilmEncoder()
    return run(tool('vitest/vitest.mjs'), 'run', ...process.argv.slice(3))
  },
  docs: () => run('scripts/docs/build.ts', ...process.argv.slice(3)),
  'docs:check': () => run('scripts/docs/check.ts'),
  format: () => run(tool('prettier/bin/prettier.cjs'), '--write', '--log-level', 'warn', root),
  async check() {
    await run(tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', root)
    await run(tool('typescript/bin/tsc'), '-p', root)
    // without the types of Node
    await run(tool('typescript/bin/tsc'), '-p', 'packages/flashworld/src/browser')
    await run(tool('eslint/bin/eslint.js'), '--max-warnings', '0', root)
    await run('scripts/check-layers.ts')
  },
}

const task = tasks[process.argv[2]]
if (!task) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join('|')}`)
  process.exit(2)
}
node24()
if (process.argv[2] !== 'kernels') installPackages()
await run('scripts/build-wasm.ts')
if (!['check', 'format', 'static'].includes(process.argv[2])) await run('scripts/build-studio.ts')
await task()
