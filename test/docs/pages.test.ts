import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { diagrams } from '../../scripts/docs/diagrams.ts'
import { pages as listed } from '../../scripts/docs/pages.ts'
import { runBlock, withOwnCommands } from '../../scripts/docs/run-docs.ts'
import { makeScratch } from '../../scripts/docs/scratch.ts'
import {
  commandsIn,
  faultsIn,
  shellBlocks,
  shellBlocksIn,
} from '../../scripts/docs/shell-blocks.ts'

const pages = listed.filter(({ file }) => existsSync(file))
const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFile(join(root, file), 'utf8')
const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }

test('every page of docs/ is in the site, and in the list of docs/README.md', async () => {
  const files = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'))
  const known = pages.map(({ file }) => file)
  const list = await read('docs/README.md')
  for (const name of files.filter((name) => name !== 'README.md')) {
    expect(known).toContain(`docs/${name}`)
    expect(list).toContain(`](${name})`)
  }
})

/** The place of a heading, as code hosts and the site make it. */
const placeOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

test.each(['README.md', 'docs/README.md', ...pages.map(({ file }) => file)])(
  'the links of %s lead somewhere on a code host',
  async (file) => {
    const text = (await read(file)).replaceAll(/^```[\s\S]*?^```$/gm, '')
    for (const [, target] of text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      const [path = '', place] = target!.split('#')
      const found = path === '' ? file : posix.join(posix.dirname(file), path)
      if (listed.some((page) => page.file === found) && !existsSync(join(root, found))) continue
      expect(existsSync(join(root, found)), `${file}: ${target}`).toBe(true)
      if (place === undefined) continue
      const headings = [...(await read(found)).matchAll(/^#+ (.*)$/gm)].map(([, h]) => placeOf(h!))
      expect(headings, `${file}: ${target}`).toContain(place)
    }
  },
)

test('docs/errors.md has every code that there is, and no other', async () => {
  const lists = [
    'packages/flashworld/src/errors.ts',
    'packages/engine/src/errors.ts',
    'packages/camera/src/camera-error.ts',
    'packages/splats/src/splats-error.ts',
    'packages/models/src/weights/errors.ts',
    'apps/server/src/errors.ts',
  ]
  const texts = await Promise.all(lists.map(read))
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/\| '([a-z]+\/[a-z-]+)'/g)].map(([, c]) => c!),
  )
  // of the command line, which has no list
  codes.push('usage/invalid', 'command/cancelled', 'command/defect')
  const rows = (await read('docs/errors.md')).match(/^\| `.*?\|/gm)!
  const told = rows.flatMap((row) => [...row.matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, c]) => c!))
  expect(told.toSorted()).toEqual([...new Set(codes)].toSorted())
  expect(codes.length).toBeGreaterThan(90)
})

test.each(Object.entries(diagrams))('docs/images/%s is as it is drawn', async (name, draw) => {
  expect(await read(`docs/images/${name}`)).toBe(draw())
})

describe('of the shell blocks of the pages', () => {
  test('each says what becomes of it, and no command of ours has an option that is none', async () => {
    const blocks = await shellBlocks()
    expect(blocks.length).toBeGreaterThan(35)
    for (const { at, script } of blocks)
      expect(await faultsIn(script, Object.keys(scripts)), at).toEqual([])
  })

  test('those that take no time are run', { timeout: 120_000 }, async () => {
    const scratch = await makeScratch()
    onTestFinished(() => rm(scratch, { recursive: true, force: true }))
    const env = await withOwnCommands(scratch)
    const quick = (await shellBlocks()).filter(({ mode }) => mode === 'quick')
    expect(quick.length).toBeGreaterThan(1)
    for (const block of quick)
      expect(await runBlock(block, { cwd: scratch, env }), block.at).toBeUndefined()
  })
})

describe('reading shell blocks', () => {
  test('a shell’s words, commands within commands, what is quoted, where output goes', () => {
    const script = [
      'npx flashworld verify "$(npx flashworld models path flashworld)" --cases goldens # all',
      "A=1 npx flashworld generate 'a # ball' --out - | npx flashworld convert - b.ply > log.txt",
    ].join('\n')
    expect(commandsIn(script)).toEqual([
      ['npx', 'flashworld', 'verify', 'VALUE', '--cases', 'goldens'],
      ['A=1', 'npx', 'flashworld', 'generate', 'a # ball', '--out', '-'],
      ['npx', 'flashworld', 'convert', '-', 'b.ply'],
      ['npx', 'flashworld', 'models', 'path', 'flashworld'],
    ])
  })

  test('a wrong option, command or script is noticed', async () => {
    expect(await faultsIn('npx flashworld convert a.ply b.spz --axis rdf', [])).toHaveLength(1)
    expect(await faultsIn('X=1 npx -y flashworld@0.1.0 convrt a b', [])).toHaveLength(1)
    expect(await faultsIn('npm run nothing', ['docs'])).toHaveLength(1)
    expect(
      await faultsIn('npx flashworld convert a.ply b.spz --axes rdf\nnpm run docs', ['docs']),
    ).toEqual([])
  })

  test.each([
    ['```\nnpx flashworld\n```', 'a language'],
    ['```sh\nnpx flashworld\n```', 'expected sh run'],
    ['```sh shown\nnpx flashworld\n```', 'a reason'],
    ['```sh run: because\nnpx flashworld\n```', 'no reason'],
  ])('%j is refused', (text, words) => {
    expect(() => shellBlocksIn(text, 'page.md')).toThrow(words)
  })
})
