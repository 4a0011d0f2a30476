#!/usr/bin/env node
// Runs the command line on this Node, or on a Node 24 of its own where this one is older.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { compiled, node24, runOnNode24 } from './node24.mjs'

const main = import.meta.resolve('#main')
// for the processes that it starts, too
process.env.NODE_COMPILE_CACHE ??= compiled
if (node24() === process.execPath) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(main)
} else process.exit(await runOnNode24([fileURLToPath(main), ...process.argv.slice(2)]))
