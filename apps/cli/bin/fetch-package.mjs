// Fetches what is not here from npm, once, into a folder of its own. Plain JavaScript that an old Node understands.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const windows = process.platform === 'win32'

/** npm's command, which Windows starts through a shell only. */
export const npm = { command: windows ? 'npm.cmd' : 'npm', shell: windows }

/** Where what flashworld keeps for itself lies, as `flashworldHome` of the library has it. */
export const home = resolve(
  process.env.FLASHWORLD_HOME ||
    join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'flashworld'),
)

/** Installs a package, as `npm install` takes it, as `folder/node_modules`: whole or not at all. */
export function fetchPackage(spec, folder) {
  const making = `${folder}.${process.pid}`
  const [made, there] = [making, folder].map((parent) => join(parent, 'node_modules'))
  mkdirSync(making, { recursive: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(making, 'package.json'), '{"private":true}\n')
  try {
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', '.', spec]
    const output = ['ignore', 'ignore', 'inherit']
    execFileSync(npm.command, args, { cwd: making, stdio: output, shell: npm.shell })
    rmSync(there, { recursive: true, force: true })
    renameSync(made, there)
    // who installs more beside it keeps it
    copyFileSync(join(making, 'package.json'), join(folder, 'package.json'))
  } catch (error) {
    // another process may have been quicker
    if (existsSync(made) && existsSync(there)) return
    console.error(`Could not fetch ${spec}: \`npm install ${spec}\` failed (${error.message})`)
    process.exit(1)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}
