import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sha256, startHub } from './hub-server.ts'

/** What is killed: arguments of Node, of a program that fetches (and converts) as the environment says. */
export const pullProgram: readonly string[] = ['packages/flashworld/test/pull-program.ts']

export interface KillReport {
  readonly kills: number
  /** Milliseconds from a start to its kill. */
  readonly moments: readonly number[]
  /** What was not as it should be; empty when all is well. */
  readonly problems: readonly string[]
}

/** Bytes a second, so that there are moments to be killed at. */
const rate = 4e6

/**
 * Kills a pull at random moments, runs it again to its end, and holds every file against those of an undisturbed one;
 * after each kill no content stands under its name that is not its own.
 */
export async function killPulls({
  kills,
  program,
  onKill,
}: {
  readonly kills: number
  readonly program: readonly string[]
  readonly onKill?: (index: number, milliseconds: number) => void
}): Promise<KillReport> {
  await using server = await startHub()
  server.rate = rate
  const homes: string[] = []
  const problems: string[] = []
  const moments: number[] = []
  const newHome = () => {
    homes.push(mkdtempSync(join(tmpdir(), 'flashworld-kill-')))
    return homes.at(-1)!
  }
  const run = (home: string) => startPull(home, server.url, program)
  try {
    const whole = newHome()
    const since = performance.now()
    const undisturbed = await run(whole).ended
    const usual = performance.now() - since
    if (undisturbed !== 0) throw new Error(`expected 0 of an undisturbed pull, got ${undisturbed}`)
    const expected = fingerprint(whole)
    for (let i = 0; i < kills; i++) {
      const home = newHome()
      const moment = Math.random() * usual
      moments.push(Math.round(moment))
      onKill?.(i, moment)
      const pull = run(home)
      await pause(moment)
      pull.child.kill('SIGKILL')
      await pull.ended
      problems.push(
        ...falseContents(home).map((name) => `after kill ${i}: ${name} is not its content`),
      )
      const code = await run(home).ended
      if (code !== 0) problems.push(`after kill ${i} at ${moments[i]} ms: ended with ${code}`)
      problems.push(
        ...differences(expected, fingerprint(home)).map((what) => `after kill ${i}: ${what}`),
      )
      rmSync(home, { recursive: true })
    }
    return { kills, moments, problems }
  } finally {
    for (const home of homes) rmSync(home, { recursive: true, force: true })
  }
}

/** A pull as a process of its own that has its own cache and home. */
export function startPull(home: string, endpoint: string, program = pullProgram) {
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, HF_HOME: home, FLASHWORLD_HOME: home, HF_ENDPOINT: endpoint },
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, ended }
}

/** All that lies in a folder, by its content; locks are nobody's content. */
export function fingerprint(home: string): ReadonlyMap<string, string> {
  const entries = readdirSync(home, { recursive: true, withFileTypes: true })
  const found = entries.flatMap((entry): [string, string][] => {
    const path = join(entry.parentPath, entry.name)
    const name = relative(home, path)
    if (name.includes('.locks') || entry.name === '.converting') return []
    if (entry.isSymbolicLink()) return [[name, `link to ${readlinkSync(path)}`]]
    return entry.isFile() ? [[name, sha256(readFileSync(path))]] : []
  })
  return new Map(found.sort())
}

export function differences(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])]
  return names
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => `${name}: expected ${a.get(name) ?? 'nothing'}, got ${b.get(name) ?? 'nothing'}`)
}

/** Large files of the cache whose name is not the hash of what is in them. */
const falseContents = (home: string): string[] =>
  [...fingerprint(home)]
    .filter(([name, hash]) => /[/\\][0-9a-f]{64}$/.test(name) && !name.endsWith(hash))
    .map(([name]) => name)
