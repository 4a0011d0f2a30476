import { parseArgs } from 'node:util'
import { didYouMean } from './did-you-mean.ts'
import type { Output } from './output.ts'
import { UsageError } from './usage-error.ts'

export { UsageError }

export interface Option {
  /** Shown in help in place of the value, such as `FILE`; an option without one is a switch. */
  readonly value?: string
  readonly summary: string
  readonly default?: string
  /** One letter, such as `q` for `-q`. */
  readonly short?: string
  /** Names that mean the same. */
  readonly aliases?: readonly string[]
}

export type Options = Readonly<Record<string, Option>>

/** What was given on the command line, by the options' own names. */
export interface Given {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly switches: ReadonlySet<string>
  readonly positionals: readonly string[]
}

/** What a command runs in. */
export interface Session {
  readonly output: Output
  /** Aborts when a signal asks the process to end. */
  readonly signal: AbortSignal
  /** Says that the command ends in its own time after the signal; a second one still ends the process at once. */
  endInOwnTime(): void
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** What stands behind the name, such as `DIR`. */
  readonly positionals?: string
  readonly options: Options
  readonly examples?: readonly string[]
  /** @returns the exit code */
  run(given: Given, session: Session): Promise<number>
}

/** What every command takes. */
export const commonOptions: Options = {
  quiet: { short: 'q', summary: 'say nothing but what was asked for, and errors' },
  json: { summary: 'one JSON object a line on standard output instead of words' },
  help: { short: 'h', summary: 'this text' },
}

/** Of the commands that write what somebody named. */
export const forceOption: Options = {
  force: { summary: 'replace what is there already' },
}

/** @throws UsageError */
export function parseCommand(command: Command, args: readonly string[]): Given {
  const known = { ...command.options, ...commonOptions }
  const canonical = new Map(
    Object.entries(known).flatMap(([name, { aliases = [] }]) =>
      [name, ...aliases].map((alias) => [alias, name]),
    ),
  )
  const options = Object.fromEntries(
    [...canonical].map(([alias, name]) => {
      const { value, short } = known[name]!
      const type = value ? ('string' as const) : ('boolean' as const)
      return [alias, { type, ...(short !== undefined && alias === name && { short }) }]
    }),
  )
  const parsed = parse()
  const entries = Object.entries(parsed.values).map(
    ([alias, value]) => [canonical.get(alias)!, value] as const,
  )
  const defaults = Object.entries(known).map(([name, option]) => [name, option.default])
  if (parsed.positionals.length > 0 && !command.positionals) {
    throw new UsageError(`${command.name}: expected options only, got '${parsed.positionals[0]}'`)
  }
  return {
    values: {
      ...Object.fromEntries(defaults),
      ...Object.fromEntries(entries.filter((entry) => typeof entry[1] === 'string')),
    },
    switches: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
    positionals: parsed.positionals,
  }

  function optionOf(alias: string): Option | undefined {
    return known[canonical.get(alias) ?? '']
  }

  function inWords({ code, message }: NodeJS.ErrnoException): string {
    const [, dashes = '', name = ''] = /'(?:-., )?(-+)([^' ]*)/.exec(message) ?? []
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      return `there is no option ${dashes}${name}${didYouMean(name, Object.keys(options), '--')}`
    const value = optionOf(name)?.value
    return value ? `--${name}: expected ${value} behind it` : `--${name}: expected no value`
  }

  function parse() {
    try {
      return parseArgs({ args: withNegatives(args), options, allowPositionals: true, strict: true })
    } catch (error) {
      throw new UsageError(`${command.name}: ${inWords(error as NodeJS.ErrnoException)}`)
    }
  }

  /** `--look-down -5`: a number below zero is a value, which `parseArgs` takes for an option. */
  function withNegatives(list: readonly string[]): string[] {
    const isBelowZero = (text: string | undefined) => text !== undefined && /^-[\d.]/.test(text)
    const takesValue = (arg: string | undefined) =>
      arg?.startsWith('--') && optionOf(arg.slice(2))?.value
    return list.flatMap((arg, i) => {
      if (takesValue(arg) && isBelowZero(list[i + 1])) return [`${arg}=${list[i + 1]}`]
      return takesValue(list[i - 1]) && isBelowZero(arg) ? [] : [arg]
    })
  }
}

/** What a text says as a number; NaN where it says none. */
export const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text))

/** An option's value as a whole number within bounds. @throws UsageError */
export function wholeNumber(
  name: string,
  text: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): number {
  const value = numberOf(text)
  if (!(Number.isSafeInteger(value) && value >= least && value <= most)) {
    const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
    throw new UsageError(`--${name}: expected a whole number from ${least}${to}, got '${text}'`)
  }
  return value
}

/** An option's value as one of a list. @throws UsageError */
export function oneOf<T extends string>(name: string, text: string, list: readonly T[]): T {
  const found = list.find((item) => item === text)
  if (found) return found
  const expected = `--${name}: expected one of ${list.join(', ')}, got '${text}'`
  throw new UsageError(`${expected}${didYouMean(text, list)}`)
}
