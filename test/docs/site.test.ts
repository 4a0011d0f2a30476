import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { brokenLinks } from '../../scripts/docs/check-links.ts'
import { describeApi } from '../../scripts/docs/describe-api.ts'

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-links-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

test('links within a site under a sub-path are looked up, with their places', async () => {
  const folder = await folderOf({
    'index.html': '<a href="/docs/api/one.html#here">1</a> <a href="#top"></a><p id="top"></p>',
    'api/one.html': '<h1 id="here"></h1><a href="../">up</a> <img src="/docs/a.svg">',
    'a.svg': '<svg/>',
  })
  expect(await brokenLinks(folder, '/docs/')).toEqual([])
})

test.each([
  ['a page that is not there', '<a href="/docs/two.html"></a>'],
  ['a place that is not there', '<a href="/docs/one.html#there"></a>'],
  ['a file beside', '<img src="missing.png">'],
  ['out of the sub-path', '<a href="/one.html"></a>'],
])('%s is told', async (_, link) => {
  const folder = await folderOf({ 'index.html': link, 'one.html': '<h1 id="here"></h1>' })
  expect(await brokenLinks(folder, '/docs/')).toHaveLength(1)
})

test('links to elsewhere are not looked at', async () => {
  const folder = await folderOf({ 'index.html': '<a href="https://x.org/y"></a><img src="//z/a">' })
  expect(await brokenLinks(folder, '/')).toEqual([])
})

test('of an API’s schemas, those are told that a route names, or one of these', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  const content = { 'application/json': { schema: ref('Page') } }
  const text = describeApi({
    paths: { '/v1/a': { get: { summary: 'All | of it', responses: { 200: { content } } } } },
    components: {
      schemas: {
        Page: { properties: { items: { items: ref('Item') } } },
        Item: { type: 'string' },
        Unnamed: { type: 'string' },
      },
    },
  })
  expect(text).toContain('### `GET /v1/a`\n\nAll \\| of it')
  expect(text).toContain('| 200 | application/json: [Page](#page) |')
  expect(text).toContain('list of [Item](#item)')
  expect(text).toContain('### Item')
  expect(text).not.toContain('Unnamed')
})
