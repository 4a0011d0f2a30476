// Finds a Node that runs TypeScript as it is (>= 24): this one, or one fetched from npm into `.node/`.
// Plain JavaScript that an old Node understands.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')

/**
 * Where Node keeps what it has compiled, half of what a start costs; a folder that cannot be written is done without.
 */
export const compiled = join(root, '.node', 'compiled')

const platform = { linux: 'linux', darwin: 'darwin', win32: 'win' }[process.platform]
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** The path of a Node >= 24; fetches one, and says so in one line, when there is none yet. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const name = `node-${platform}-${process.arch}`
  const folder = join(root, '.node')
  const executable = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (!existsSync(executable)) {
    console.error(
      `This is Node ${process.versions.node}; fetching Node 24 from npm into .node/ (once, about 50 MB)`,
    )
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    execFileSync(
      npm,
      ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `${name}@24`],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        shell: process.platform === 'win32',
      },
    )
  }
  return executable
}

/**
 * Runs a program on Node >= 24 in this terminal and waits until it has ended, also where it takes its time to end after
 * Ctrl-C, which reaches both of us. Its exit code; 128 and the signal's number where one ended it, as shells have it.
 */
export function runOnNode24(args, options = {}) {
  const child = spawn(node24(), args, { stdio: 'inherit', ...options })
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}
