import { parseArgs } from 'node:util'
import { didYouMean } from 'flashworld'

export interface Option {
  /** Shown in help in place of the value, such as `FILE`; an option without one is a switch. */
  readonly value?: string
  readonly summary: string
  readonly default?: string
}

/** What was given on the command line, by the options' own names. */
export interface Given {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly switches: ReadonlySet<string>
  readonly positionals: readonly string[]
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** What stands behind the name, such as `DIR`. */
  readonly positionals?: string
  readonly options: Readonly<Record<string, Option>>
  readonly examples?: readonly string[]
  /** @returns the exit code */
  run(given: Given): Promise<number>
}

/** The command line was wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage/invalid'
}

export function parseCommand(command: Command, args: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      { type: option.value ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  const parsed = parse()
  const entries = Object.entries(parsed.values)
  const defaults = Object.entries(command.options).map(([name, option]) => [name, option.default])
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

  function inWords({ code, message }: NodeJS.ErrnoException): string {
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message
    const [, dashes = '', name = ''] = /'(-+)([^']*)'/.exec(message) ?? []
    return `there is no option ${dashes}${name}${didYouMean(name, Object.keys(options), '--')}`
  }

  function parse() {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    } catch (error) {
      throw new UsageError(`${command.name}: ${inWords(error as NodeJS.ErrnoException)}`)
    }
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
  if (!found) throw new UsageError(`--${name}: expected one of ${list.join(', ')}, got '${text}'`)
  return found
}

const helpWidth = 100
const helpIndent = 29

/** Text in lines of at most `width`, broken between words. */
function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart()
    if (longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

export function commandHelp({
  name,
  summary,
  positionals,
  options,
  examples = [],
}: Command): string {
  const rows = Object.entries(options).map(
    ([option, { value, summary: text, default: preset }]) => {
      const left = `  --${option}${value ? ` ${value}` : ''}`
      const lines = wrap(
        `${text}${preset === undefined ? '' : ` (default ${preset})`}`,
        helpWidth - helpIndent,
      )
      return `${left.padEnd(helpIndent - 1)} ${lines.join(`\n${' '.repeat(helpIndent)}`)}`
    },
  )
  return [
    summary,
    '',
    `usage: flashworld ${[name, positionals, rows.length > 0 ? '[options]' : ''].filter(Boolean).join(' ')}`,
    '',
    ...rows,
    ...(examples.length > 0 ? ['', 'examples:', ...examples.map((line) => `  ${line}`)] : []),
  ].join('\n')
}
