import { vi } from 'vitest'
import type { Command } from '../src/command.ts'
import { parseCommand } from '../src/command.ts'

/** Runs a command as the command line does, in this process; gives its standard output. */
export async function runCommand(command: Command, ...args: string[]): Promise<string> {
  const lines: string[] = []
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((line: unknown) => void lines.push(String(line)))
  try {
    const code = await command.run(parseCommand(command, args))
    if (code !== 0) throw new Error(`${command.name}: expected exit code 0, got ${code}`)
  } finally {
    log.mockRestore()
  }
  return lines.join('\n')
}
