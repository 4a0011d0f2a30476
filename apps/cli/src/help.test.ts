import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { templatePath, writeTrajectoryJson } from '@flashworld/camera'
import { writeSpz } from '@flashworld/splats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../test/run-command.ts'
import { savePly, stairs } from '../test/scenes.ts'
import type { Command } from './command.ts'
import { parseCommand } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp } from './help.ts'

const all = await Promise.all(Object.values(commands).map((load) => load()))

describe.each(all)('help of $name', (command) => {
  const text = commandHelp(command)

  test('fits into 80 columns', () => {
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  test('names every option with a meaning of its own', () => {
    for (const [name, { summary }] of Object.entries(command.options)) {
      expect(text).toContain(`--${name}`)
      expect(summary.length).toBeGreaterThan(5)
    }
  })

  test('has an example unless it needs no options', () => {
    expect(command.name === 'demo' || command.examples!.length > 0).toBe(true)
  })
})

/** The words of a shell's line, without what goes in and out of it. */
function shellWords(line: string): string[] {
  const plain = line.replace(/\s#.*$/, '').replace(/ [<>] \S+/g, '')
  return [...plain.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!)
}

interface Example {
  readonly line: string
  readonly command: Command | undefined
  readonly args: string[]
}

function exampleOf(line: string): Example {
  const [npx, program, name, ...args] = shellWords(line)
  expect([npx, program]).toEqual(['npx', 'flashworld'])
  return { line, args, command: all.find((command) => command.name === name) }
}

const readme = await readFile('README.md', 'utf8')
const lines = [
  ...all.flatMap(({ examples = [] }) => examples),
  ...(readme.match(/^npx flashworld .*$/gm) ?? []),
]
const examples = lines.map(exampleOf)

test.each(examples)('$line: is a command line of ours', ({ command, args }) => {
  parseCommand(command!, args)
})

const cheap = ['info', 'convert']

describe('examples that cost little are run', () => {
  let folder: string
  const before = process.cwd()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flashworld-examples-'))
  })
  afterAll(async () => {
    process.chdir(before)
    await rm(folder, { recursive: true, force: true })
  })

  const isCheap = ({ command, args }: Example) =>
    cheap.includes(command!.name) && !args.includes('-')

  test.each(examples.filter(isCheap))('$line', async ({ command, args }) => {
    const place = await mkdtemp(join(folder, 'example-'))
    process.chdir(place)
    const cloud = stairs(60)
    const path = templatePath('orbit-left', { count: 2, size: { width: 48, height: 32 } })
    await writeFile('cameras.json', writeTrajectoryJson(path))
    const { positionals } = parseCommand(command!, args)
    const [input = ''] = positionals
    if (input.endsWith('.ply')) await savePly(cloud, place, input)
    if (input.endsWith('.spz')) await writeFile(input, writeSpz(cloud))
    expect(await runCommand(command!, ...args)).not.toBe('')
  })
})
