import { createInterface } from 'node:readline/promises'
import type { Given, Session } from './command.ts'
import { UsageError } from './command.ts'

export const yesOption = { yes: { short: 'y', summary: 'do it without asking' } }

/** Whether somebody can be asked. */
export const hasTerminal = () => Boolean(process.stdin.isTTY && process.stderr.isTTY)

/**
 * Asks on the terminal, unless `--yes` was given.
 * @throws UsageError where there is no terminal; the signal's reason
 */
export async function consents(
  question: string,
  { switches }: Pick<Given, 'switches'>,
  { signal }: Session,
): Promise<boolean> {
  if (switches.has('yes')) return true
  if (!hasTerminal())
    throw new UsageError(`${question} There is no terminal to ask on; expected --yes`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim())
  } finally {
    lines.close()
  }
}
