import { readFileSync } from 'node:fs'
import { discardUnfinished } from 'flashworld/node'
import type { Command } from './command.ts'
import { parseCommand, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { didYouMean } from './did-you-mean.ts'
import { endBySignal, watchForEnding } from './ending.ts'
import { exitCodeOf, failureOf } from './failure.ts'
import { commandHelp, helpRow } from './help.ts'
import { createOutput, failureWords } from './output.ts'

const ending = watchForEnding(discardUnfinished)
const code = await Promise.race([main(process.argv.slice(2)), ending.overdue.then(() => 1)])
discardUnfinished()
await Promise.all([process.stdout, process.stderr].map(flushed))
if (ending.cause) endBySignal(ending.cause)
// workers and devices may still hold the event loop
else process.exit(code)

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  const output = createOutput(
    { json: args.includes('--json'), quiet: args.includes('--quiet') || args.includes('-q') },
    process,
  )
  try {
    if (name === undefined || isHelp(name)) return await help(name, rest[0])
    if (name === '--version' || name === '-V' || name === 'version') {
      process.stdout.write(`flashworld ${version()}\n`)
      return 0
    }
    const command = await load(name)
    if (rest.includes('--help') || rest.includes('-h')) return await help('help', name)
    const session = { output, signal: ending.signal, endInOwnTime: ending.inOwnTime }
    return await command.run(parseCommand(command, rest), session)
  } catch (error) {
    const cancelled = ending.signal.aborted
    const failure = cancelled
      ? { code: 'command/cancelled', message: 'cancelled' }
      : failureOf(error, name !== undefined && name in commands ? name : '')
    // a defect of ours: where it was
    const stack = failure.code === 'command/defect' && error instanceof Error && error.stack
    const words = cancelled ? failure.message : stack || failureWords(failure)
    output.tell({ type: 'error', ...failure }, `flashworld: ${words}`)
    return exitCodeOf(failure)
  }
}

function isHelp(name: string): boolean {
  return ['help', '--help', '-h'].includes(name)
}

/** @throws UsageError */
async function load(name: string): Promise<Command> {
  const command = commands[name]
  if (command) return command()
  const what = name.startsWith('-') ? 'option' : 'command'
  const known = [...Object.keys(commands), '--help', '--version']
  throw new UsageError(`there is no ${what} '${name}'${didYouMean(name, known)}`)
}

async function help(asked: string | undefined, name: string | undefined): Promise<number> {
  const text = name === undefined ? await overview() : commandHelp(await load(name))
  process.stdout.write(`${text}\n`)
  return asked === undefined ? 2 : 0
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()))
  return [
    'A sentence or a photograph, plus a camera path, becomes an explorable 3D scene.',
    '',
    'usage: flashworld COMMAND [options]',
    '',
    ...loaded.map(({ name, summary }) => helpRow(`  ${name}`, summary, 16)),
    '',
    helpRow('  help COMMAND', 'the options of one command', 16),
    helpRow('  --version', 'the version', 16),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong arguments; a signal ends it by itself.',
  ].join('\n')
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()))
}
