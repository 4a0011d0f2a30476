// `npm run docs:check`: runs every example and every command of the docs that can be run here, and counts the others.
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allExamples, checkExamples, writeExamples } from './examples.ts'
import { runBlock, runExamples, withOwnCommands } from './run-docs.ts'
import { makeScratch } from './scratch.ts'
import { shellBlocks } from './shell-blocks.ts'

const faults: string[] = []
const scratch = await makeScratch()
const untouched = `${scratch}-untouched`
await cp(scratch, untouched, { recursive: true, verbatimSymlinks: true })

/** A page's own folder: its blocks go on from each other, and know nothing of other pages. */
async function folderOf(page: string): Promise<string> {
  const folder = join(scratch, '.pages', page)
  if (!existsSync(folder)) await cp(untouched, folder, { recursive: true, verbatimSymlinks: true })
  return folder
}

try {
  const { examples } = await allExamples()
  await writeExamples(examples)
  faults.push(...checkExamples(examples))
  const running = examples.filter(({ runs }) => runs)
  for await (const { name, seconds, error } of runExamples(running, scratch)) {
    console.log(`${error === undefined ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1)} s  ${name}`)
    if (error !== undefined) faults.push(`${name}: ${error}`)
  }

  const blocks = await shellBlocks()
  const env = await withOwnCommands(scratch)
  for (const block of blocks.filter(({ mode }) => mode === 'run' || mode === 'quick')) {
    const start = performance.now()
    const [page = ''] = block.at.split(':')
    const fault = await runBlock(block, { cwd: await folderOf(page), env })
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${fault === undefined ? 'ok    ' : 'FAILED'} ${seconds} s  ${block.at}`)
    if (fault !== undefined) faults.push(`${block.at}: ${fault}`)
  }

  const count = (of: string) => blocks.filter(({ mode }) => mode === of).length
  console.log(
    `examples: ${running.length} of ${examples.length} run, all type-checked\n` +
      `shell blocks: ${count('run') + count('quick')} run, ${count('server')} by the server's tests, ${count('shown')} shown:`,
  )
  for (const { at, mode, note } of blocks) if (mode === 'shown') console.log(`  ${at}: ${note}`)
} finally {
  for (const folder of [scratch, untouched]) await rm(folder, { recursive: true, force: true })
}
for (const fault of faults) console.error(fault)
process.exit(faults.length > 0 ? 1 : 0)
