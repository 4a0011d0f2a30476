import type { Command, Option } from './command.ts'
import { commonOptions } from './command.ts'

const width = 80

/** Text in lines of at most `most` letters, broken between words. */
const wrap = (text: string, most: number): string[] => joined(text.split(' '), most)

/** As many of the parts in a line as there is room for. */
function joined(parts: readonly string[], most: number): string[] {
  const lines = ['']
  for (const part of parts) {
    const longer = `${lines.at(-1)} ${part}`.trimStart()
    if (longer.length <= most) lines[lines.length - 1] = longer
    else lines.push(part)
  }
  return lines
}

/** What stands on the left, and its meaning beside it in a column of its own; below it where there is no room. */
export function helpRow(left: string, meaning: string, indent = 24): string {
  const lines = wrap(meaning, width - indent)
  const beside = left.length < indent - 1
  const rows = beside ? [left.padEnd(indent) + lines[0], ...lines.slice(1)] : [left, ...lines]
  return rows.join(`\n${' '.repeat(indent)}`)
}

function optionRow([name, option]: [string, Option]): string {
  const { value, short, summary, default: preset, aliases = [] } = option
  const left = `  ${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
  const notes = [
    ...(preset === undefined ? [] : [`default: ${preset}`]),
    ...(aliases.length === 0 ? [] : [`also ${aliases.map((alias) => `--${alias}`).join(', ')}`]),
  ]
  return helpRow(left, notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`)
}

/** A line of a shell, continued in further ones where it is long. */
function exampleRows(line: string): string[] {
  // an option stays with its value
  const [first = '', ...more] = joined(line.split(/ (?=--)/), width - 8)
  return [`  ${first}`, ...more.map((part) => `      ${part}`)].map((row, i, rows) =>
    i < rows.length - 1 ? `${row} \\` : row,
  )
}

export function commandHelp({
  name,
  summary,
  positionals,
  options,
  examples = [],
}: Command): string {
  return [
    ...wrap(summary, width),
    '',
    `usage: flashworld ${[name, positionals, '[options]'].filter(Boolean).join(' ')}`,
    '',
    ...Object.entries(options).map(optionRow),
    ...Object.entries(commonOptions).map(optionRow),
    ...(examples.length > 0 ? ['', 'examples:', ...examples.flatMap(exampleRows)] : []),
  ].join('\n')
}
