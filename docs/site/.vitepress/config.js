import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'

const pages = join(import.meta.dirname, '../pages')
const read = (name) => JSON.parse(readFileSync(join(pages, name), 'utf8'))

/** The sidebar of the API: modules, kinds, names. */
function apiItems(entries, depth = 0) {
  return entries.map(({ title, path, children }) => ({
    text: title,
    ...(path && { link: `/api/${path}` }),
    ...(children && { items: apiItems(children, depth + 1), collapsed: true }),
  }))
}

const sections = read('navigation.json')
const api = [
  { text: 'API', link: '/api/' },
  ...(existsSync(join(pages, 'api/navigation.json')) ? apiItems(read('api/navigation.json')) : []),
]

export default defineConfig({
  title: 'flashworld',
  description:
    'A sentence or a photograph, plus a camera path, becomes an explorable 3D scene, in TypeScript, on any GPU.',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  srcDir: 'pages',
  outDir: '../../dist/docs',
  metaChunk: true,
  ignoreDeadLinks: 'localhostLinks',
  head: [
    [
      'link',
      { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}mark.svg` },
    ],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    // tables of options are wide
    config: (md) => {
      md.renderer.rules.table_open = () => '<div class="table"><table tabindex="0">\n'
      md.renderer.rules.table_close = () => '</table></div>\n'
    },
  },
  themeConfig: {
    logo: '/mark.svg',
    search: { provider: 'local' },
    outline: { level: [2, 3], label: 'On this page' },
    nav: [
      { text: 'Guide', link: '/getting-started', activeMatch: '^/getting-started' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'HTTP', link: '/http' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
    ],
    sidebar: { '/api/': api, '/': sections },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
