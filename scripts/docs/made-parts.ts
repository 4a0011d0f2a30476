/** The parts of pages that are made from the code, so that nothing is written twice. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PATH_TEMPLATES } from '@flashworld/camera'
import { requestSchema } from 'flashworld'
import { z } from 'zod'
import type { Option } from '../../apps/cli/src/command.ts'
import { commonOptions } from '../../apps/cli/src/command.ts'
import { commands } from '../../apps/cli/src/commands.ts'
import { describeApi } from './describe-api.ts'
import type { Schema } from './schema-words.ts'
import { cell, table, typeWords } from './schema-words.ts'

export const madeParts = {
  commands: commandPages,
  request: requestTable,
  routes,
  templates: templateTable,
} as const
export type MadePart = keyof typeof madeParts

/** Every command with its options, as its help tells them. */
async function commandPages(): Promise<string> {
  const parts: string[] = []
  for (const load of Object.values(commands)) {
    const { name, summary, positionals, options, examples = [] } = await load()
    parts.push(
      `### ${name}`,
      `${sentence(summary)}`,
      `\`flashworld ${[name, positionals, '[options]'].filter(Boolean).join(' ')}\``,
      optionTable(options),
      ...(examples.length > 0 ? ['```sh', examples.join('\n'), '```'] : []),
    )
  }
  parts.push('### Options of all', optionTable(commonOptions))
  return parts
    .join('\n\n')
    .replaceAll(/```sh\n\n/g, '```sh\n')
    .replaceAll(/\n\n```(?=\n|$)(?!sh)/g, '\n```')
}

const sentence = (text: string) =>
  `${text[0]!.toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`

function optionTable(options: Readonly<Record<string, Option>>): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const { value, short, summary, default: preset, aliases = [] } = option
    const also = [...(short ? [`-${short}`] : []), ...aliases.map((alias) => `--${alias}`)]
    const notes = [
      ...(also.length === 0 ? [] : [`Also ${also.map((other) => `\`${other}\``).join(', ')}.`]),
      ...(preset === undefined ? [] : [`Default: \`${preset}\`.`]),
    ]
    const left = `\`--${name}${value ? ` ${value}` : ''}\``
    return [left, [cell(sentence(summary)), ...notes].join(' ')]
  })
  return table(['option', 'means'], rows)
}

/** The templates of camera paths. */
async function templateTable(): Promise<string> {
  const rows = PATH_TEMPLATES.map(({ name, summary, amount, unit }) => [
    `\`${name}\``,
    cell(summary),
    `${amount} ${unit}`,
  ])
  return table(['template', 'moves', 'unless told'], rows)
}

/** The request's fields, by its schema. */
async function requestTable(): Promise<string> {
  const schema = z.toJSONSchema(requestSchema, { io: 'input' }) as Schema
  const rowsOf = (of: Schema) =>
    Object.entries(of.properties ?? {}).map(([name, field]) => [
      `\`${name}\`${of.required?.includes(name) ? ', required' : ''}`,
      typeWords(field),
      cell(field.description ?? ''),
    ])
  return [
    table(['field', 'is', 'means'], rowsOf(schema)),
    'Each of `cameras`:',
    table(['field', 'is', 'means'], rowsOf(schema.properties!.cameras!.items!)),
  ].join('\n\n')
}

/** Every route of `/v1`, by the document that a server gives of itself. */
async function routes(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'flashworld-docs-'))
  // a server without workers: it loads no model
  const server = spawn(
    process.execPath,
    [
      ...['apps/cli/src/main.ts', 'serve', '--json', '--port', '0'],
      ...['--max-concurrent', '0', '--data', data],
    ],
    { cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'ignore'] },
  )
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const [url] = /http:\/\/[^\s"]+/.exec(line) ?? []
      if (url === undefined) continue
      const answer = await fetch(new URL('/v1/openapi.json', url))
      return describeApi(await answer.json())
    }
    throw new Error('serve: expected the address of a server, got none')
  } finally {
    server.kill()
    await rm(data, { recursive: true, force: true })
  }
}
