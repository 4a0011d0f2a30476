/**
 * Kills a conversion at random moments, runs it again each time, and holds the result against that of an undisturbed one.
 *
 *   node bench/convert-kills.ts [--kills 20] [--seed 1] [--checkpoint test/goldens/tiny]
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createNoise } from '@flashworld/engine'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    checkpoint: { type: 'string', default: 'test/goldens/tiny' },
  },
})
const program = fileURLToPath(
  new URL('../packages/flashworld/test/convert-process.ts', import.meta.url),
)
const place = mkdtempSync(join(tmpdir(), 'convert-kills-'))

/** A process that is about to convert. */
async function start(folder: string) {
  const child = fork(program, [values.checkpoint, folder, '20000'])
  await once(child, 'message')
  return child
}

async function convert(folder: string): Promise<number> {
  const child = await start(folder)
  const started = performance.now()
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the conversion ended with ${code}`)
  return performance.now() - started
}

/** Of all files of a folder, with their names. */
function hashOf(folder: string): string {
  const hash = createHash('sha256')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
  for (const path of paths.sort()) hash.update(path.slice(folder.length)).update(readFileSync(path))
  return hash.digest('hex')
}

try {
  const undisturbed = join(place, 'undisturbed')
  const whole = await convert(undisturbed)
  const expected = hashOf(undisturbed)
  console.log(`undisturbed: ${whole.toFixed(0)} ms`)
  const stages = { before: 0, within: 0, after: 0 }
  // normal numbers through the logistic curve are about even in 0 to 1
  const deviates = createNoise(Number(values.seed)).normal(Number(values.kills))
  for (const [i, deviate] of deviates.entries()) {
    const folder = join(place, String(i), 'model')
    const delay = whole * (1 / (1 + Math.exp(-1.7 * deviate)))
    const child = await start(folder)
    await pause(delay)
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    const wasThere = existsSync(folder)
    const wasStarted = existsSync(`${folder}.unfinished`)
    stages[wasThere ? 'after' : wasStarted ? 'within' : 'before']++
    await convert(folder)
    if (hashOf(folder) !== expected) throw new Error(`killed after ${delay} ms: other bits`)
    const left = readdirSync(join(place, String(i))).filter((name) => !name.startsWith('.'))
    if (left.length !== 1) throw new Error(`killed after ${delay} ms: left ${left.join(', ')}`)
  }
  console.log(
    `${values.kills} kills: ${stages.before} before the first file, ${stages.within} on the way,`,
    `${stages.after} when it was there; every rerun ended with the same bits`,
  )
} finally {
  rmSync(place, { recursive: true, force: true })
}
