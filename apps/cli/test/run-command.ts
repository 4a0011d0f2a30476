import type { Command, Session } from '../src/command.ts'
import { parseCommand } from '../src/command.ts'
import { createOutput } from '../src/output.ts'

/** A session whose streams are lists of what was written. */
export function testSession(args: readonly string[] = [], signal = new AbortController().signal) {
  const [out, err]: [string[], string[]] = [[], []]
  const writer = (list: string[]) => ({ write: (text: string) => list.push(text) })
  const options = { json: args.includes('--json'), quiet: args.includes('--quiet') }
  const output = createOutput(options, { stdout: writer(out), stderr: writer(err) })
  const session: Session = { output, signal, endInOwnTime: () => {} }
  return {
    session,
    out: () => out.join('').trimEnd(),
    err: () => err.join('').trimEnd(),
  }
}

/** Runs a command as the command line does, in this process; gives its standard output. */
export const runCommand = async (command: Command, ...args: string[]): Promise<string> =>
  (await hearCommand(command, ...args)).out

/** The same with standard error, where notes are. */
export const hearCommand = (command: Command, ...args: string[]) =>
  runUntil(new AbortController().signal, command, ...args)

/** The same, until the signal aborts. */
export async function runUntil(
  signal: AbortSignal,
  command: Command,
  ...args: string[]
): Promise<{ readonly out: string; readonly err: string }> {
  const { session, out, err } = testSession(args, signal)
  const code = await command.run(parseCommand(command, args), session)
  if (code !== 0) throw new Error(`${command.name}: expected exit code 0, got ${code}`)
  return { out: out(), err: err() }
}
