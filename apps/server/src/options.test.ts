import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { OptionName } from './options.ts'
import { defaultText, readOptions, serverOptions, variableOf } from './options.ts'

const names = Object.keys(serverOptions) as OptionName[]

interface Described {
  readonly value?: string
  readonly summary: string
  readonly aliases?: readonly string[]
}

/** The table of `docs/serving.md`. */
const table = [
  '| flag and name in the file | environment | default | what |',
  '|---|---|---|---|',
  ...names.map((name) => {
    const { value, summary, aliases = [] }: Described = serverOptions[name]
    const flags = [name, ...aliases].map((flag) => `\`--${flag}${value ? ` ${value}` : ''}\``)
    const preset = defaultText(name)
    return `| ${flags.join(', ')} | \`${variableOf(name)}\` | ${preset === undefined ? '' : `\`${preset}\``} | ${summary} |`
  }),
].join('\n')

test('docs/serving.md has the table of all options as the code has it', async () => {
  const doc = await readFile('docs/serving.md', 'utf8')
  expect(
    doc
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.replace(/ +/g, ' ').replace(/-+/g, '-'))
      .join('\n'),
  ).toContain(table.replace(/ +/g, ' ').replace(/-+/g, '-'))
})

test('every default reads back as itself', () => {
  for (const name of names) {
    const text = defaultText(name)
    if (text === undefined) continue
    const options = readOptions({ [name]: text }) as unknown as Record<string, unknown>
    expect(
      options[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())],
      name,
    ).toEqual(serverOptions[name].fallback)
  }
})

test('flags win over the environment, which wins over the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-options-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'server.json')
  await writeFile(
    file,
    '{"port": 1, "host": "a", "keep": "2h", "cors-origin": ["https://a", "https://b"]}',
  )
  const env = { FLASHWORLD_PORT: '2', FLASHWORLD_HOST: 'b', DATABASE_URL: 'postgres://c' }
  expect(readOptions({ port: '3' }, env, file)).toMatchObject({
    port: 3,
    host: 'b',
    keep: 7200,
    databaseUrl: 'postgres://c',
    corsOrigin: ['https://a', 'https://b'],
  })
})

test.each([
  ['port', '70000', /whole number from 0 to 65535, got '70000'/],
  ['port', '', /got ''/],
  ['keep', 'soon', /a time such as 90s/],
  ['max-body', '1x', /a size such as 20m/],
  ['backend', 'cuda', /one of auto, webgpu, wasm, got 'cuda'/],
  ['log-level', 'loud', /one of error, warn, info, debug/],
  ['offload-text', 'maybe', /true or false/],
])('--%s %s is refused, with what was expected', (name, text, message) => {
  expect(() => readOptions({ [name]: text })).toThrow(message)
})

test.each(['{"prot": 1}', '[]', 'null', '{'])('a file of %s is refused', async (text) => {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-options-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.json'), text)
  expect(() => readOptions({}, {}, join(folder, 'a.json'))).toThrow(/a\.json/)
})
