// Finds a Node that the work runs on (>= 24): this one, or one fetched from npm. Plain JavaScript that an old Node
// understands.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchPackage, home } from './fetch-package.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The project's folder, where this file lies in one. */
export const root = join(here, '../../..')

/** Installed as a package, what it keeps lies with its user; in the project, with the project. */
const kept = here.includes(`${sep}node_modules${sep}`) ? home : join(root, '.node')

/**
 * Where Node keeps what it has compiled, half of what a start costs; a folder that cannot be written is done without.
 */
export const compiled = join(kept, 'compiled')

const platform = { linux: 'linux', darwin: 'darwin', win32: 'win' }[process.platform]

/** The path of a Node >= 24; fetches one, and says so in one line, when there is none yet. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const name = `node-${platform}-${process.arch}`
  const folder = kept === home ? join(home, 'node24') : kept
  const executable = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (!existsSync(executable)) {
    console.error(
      `This is Node ${process.versions.node}; fetching Node 24 from npm into ${folder} (once, about 50 MB)`,
    )
    fetchPackage(`${name}@24`, folder)
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
