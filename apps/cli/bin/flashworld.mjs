#!/usr/bin/env node
// Runs the command line on this Node, or on the project's own Node 24 where this one is older.
import { fileURLToPath } from 'node:url'
import { node24, runOnNode24 } from './node24.mjs'

const main = new URL('../src/main.ts', import.meta.url)
if (node24() === process.execPath) await import(main.href)
else process.exit(await runOnNode24([fileURLToPath(main), ...process.argv.slice(2)]))
