#!/usr/bin/env node
// The command `flashworld` of the package `flashworld`. A page that uses the library needs no command line, so that is
// the package @flashworld/cli: taken from beside this one, else fetched once for its user.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fetchPackage, home } from './fetch-package.mjs'

const name = '@flashworld/cli'
const program = `${name}/bin/flashworld.mjs`

await import(pathToFileURL(beside() ?? fetched()).href)

function beside() {
  try {
    return createRequire(import.meta.url).resolve(program)
  } catch {
    return undefined
  }
}

function fetched() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const folder = join(home, 'cli', version)
  const file = join(folder, 'node_modules', program)
  if (!existsSync(file)) {
    console.error(
      `Fetching ${name}@${version} from npm into ${folder} (once, about 300 MB on disk)`,
    )
    fetchPackage(`${name}@${version}`, folder)
  }
  return file
}
