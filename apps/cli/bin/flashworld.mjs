#!/usr/bin/env node
// Runs the command line on this Node, or on the project's own Node 24 where this one is older.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { node24 } from '../../../scripts/node24.mjs'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const { status } = spawnSync(node24(), [main, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
