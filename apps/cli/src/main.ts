import { didYouMean, errorCode } from 'flashworld'
import type { Command } from './command.ts'
import { commandHelp, parseCommand, UsageError } from './command.ts'

/** Each command by name; its code is loaded only when it is called. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  generate: async () => (await import('./commands/generate.ts')).generateCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  render: async () => (await import('./commands/render.ts')).renderCommand,
  batch: async () => (await import('./commands/batch.ts')).batchCommand,
  convert: async () => (await import('./commands/convert.ts')).convertCommand,
  info: async () => (await import('./commands/info.ts')).infoCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
}

process.exitCode = await main(process.argv.slice(2))
// workers and devices may still hold the event loop; all output is flushed by now
process.exit()

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    console.log(await overview())
    return name === undefined ? 2 : 0
  }
  const load = commands[name]
  if (!load) {
    console.error(
      `flashworld: there is no command '${name}'${didYouMean(name, Object.keys(commands))}`,
    )
    console.error('See: flashworld --help')
    return 2
  }
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(commandHelp(command))
    return 0
  }
  try {
    return await command.run(parseCommand(command, rest))
  } catch (error) {
    return report(error, command.name)
  }
}

function report(error: unknown, command: string): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nSee: flashworld ${command} --help`)
    return 2
  }
  const code = errorCode(error)
  if (code) console.error(`flashworld: ${(error as Error).message} [${code}]`)
  else if (error instanceof Error && error.name === 'AbortError') endByInterrupt()
  else console.error(error)
  return 1
}

/**
 * The signal that was held back while the work was put down ends the process after all: shells and scripts then see
 * why. An ordinary exit hung now and then, it seems for a thread of V8 that still compiled WebAssembly.
 */
function endByInterrupt() {
  console.error('flashworld: cancelled')
  process.kill(process.pid, 'SIGINT')
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()))
  const rows = loaded.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'flashworld: a sentence or a photograph, plus a camera path, becomes an explorable 3D scene',
    '',
    'usage: flashworld COMMAND [options]',
    '',
    ...rows,
    '',
    'flashworld COMMAND --help tells more.',
  ].join('\n')
}
