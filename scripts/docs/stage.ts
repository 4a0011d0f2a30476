/** Lays out the pages as the site's generator takes them: made parts filled in, links turned to their places. */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { MadePart } from './made-parts.ts'
import { madeParts } from './made-parts.ts'
import { pages, sections } from './pages.ts'
import { entryPoints } from './public-api.ts'
import { table } from './schema-words.ts'

export const root = join(import.meta.dirname, '../..')
export const site = join(root, 'docs/site')
export const staged = join(site, 'pages')

/** Where made parts go, and the line behind that stands for them on a code host. */
const marker = /^<!-- made: (\S+) -->\n\nOn a code host: .*$/gm

export async function stagePages(): Promise<void> {
  await rm(staged, { recursive: true, force: true })
  await mkdir(join(staged, 'public'), { recursive: true })
  await cp(join(root, 'docs/images'), join(staged, 'images'), { recursive: true })
  for (const theme of ['dark', 'light']) {
    const name = `studio-plan-${theme}.webp`
    await cp(join(root, 'docs/images', name), join(staged, 'public', name))
  }
  await cp(join(root, 'apps/studio/src/app/mark.svg'), join(staged, 'public/mark.svg'))
  await cp(join(site, 'home.md'), join(staged, 'index.md'))
  for (const page of pages) {
    if (!existsSync(join(root, page.file))) continue
    const whole = await withMadeParts(await readFile(join(root, page.file), 'utf8'))
    const head = page.isSearched === false ? '---\nsearch: false\n---\n\n' : ''
    const text = withoutMeta(withPlaces(whole, page.file))
    await writeFile(join(staged, `${page.place}.md`), head + text)
  }
  const navigation = sections.map(({ title, pages }) => ({
    text: title,
    items: pages
      .filter(({ file }) => existsSync(join(root, file)))
      .map((page) => ({ text: page.title, link: `/${page.place}` })),
  }))
  await writeFile(join(staged, 'navigation.json'), JSON.stringify(navigation))
}

async function withMadeParts(text: string): Promise<string> {
  const parts = new Map<string, string>()
  for (const [, name] of text.matchAll(marker)) {
    if (!(name! in madeParts)) throw new Error(`made: expected a part of ours, got ${name}`)
    parts.set(name!, await madeParts[name as MadePart]())
  }
  return text.replace(marker, (_, name: string) => parts.get(name)!)
}

/** Links to other pages lead to their places; files that are no pages are named only. */
function withPlaces(text: string, file: string): string {
  const folder = posix.dirname(file)
  return text.replace(
    /(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)/g,
    (whole, picture: string, words: string, target: string, hash = '') => {
      const path = posix.join(folder, target)
      if (picture) return `![${words}](${path.replace(/^docs\//, './')})`
      const page = pages.find((page) => page.file === path && existsSync(join(root, path)))
      if (page) return `[${words}](./${page.place}.md${hash})`
      return path.startsWith('..') ? whole : `${words} (\`${path}\`)`
    },
  )
}

/** Makes the API's pages, as they were written by TypeDoc, ready: a first page of ours, names for what has none. */
export async function stageApi(): Promise<void> {
  const folder = join(staged, 'api')
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.md')) continue
    const text = await readFile(join(folder, name), 'utf8')
    await writeFile(
      join(folder, name),
      withoutMeta(text.replaceAll('__namedParameters', 'options')),
    )
  }
  const rows = await Promise.all(
    Object.entries(entryPoints).map(async ([entry, file]) => {
      const [, words = ''] =
        /^\/\*\*\n([\s\S]*?)\n \*\n/.exec(await readFile(join(root, file), 'utf8')) ?? []
      const place = existsSync(join(folder, entry, 'index.md'))
        ? `${entry}/index.md`
        : `${entry}.md`
      return [`[\`${entry}\`](./${place})`, words.replaceAll(/\s*\n? \* /g, ' ').trim()]
    }),
  )
  await writeFile(join(folder, 'index.md'), `# API\n\n${table(['import from', 'for'], rows)}\n`)
}

/** What stands behind a block's language is for the program that runs it. */
const withoutMeta = (text: string): string => text.replace(/^```(sh|ts) .*$/gm, '```$1')
