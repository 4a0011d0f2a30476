import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'

const pages = join(import.meta.dirname, '../pages')
const read = (name) => JSON.parse(readFileSync(join(pages, name), 'utf8'))

const sections = read('navigation.json')

const link = (path) => `/api/${path}`

/** The modules of the API, those within others after them. */
const modulesOf = (entries, within = '') =>
  entries.flatMap(({ title, path, children = [] }) => {
    const name = within + title
    const inner = children.filter((child) => child.path && child.children)
    const kinds = children.filter((child) => !child.path)
    return [{ name, path, kinds }, ...modulesOf(inner, `${name}/`)]
  })

/** The library first, then what it stands on. */
const modules = modulesOf(read('api/navigation.json')).toSorted(
  (a, b) => Number(a.name.startsWith('@')) - Number(b.name.startsWith('@')),
)

const moduleLinks = {
  text: 'API',
  link: '/api/',
  items: modules.map(({ name, path }) => ({ text: name, link: link(path) })),
}

/** Each module's pages show its own names: those of all would be most of every page. */
const apiSidebars = Object.fromEntries(
  modules.map(({ path, kinds }) => [
    link(path.replace(/index\.md$/, '')),
    [
      moduleLinks,
      ...kinds.map(({ title, children }) => ({
        text: title,
        collapsed: title !== 'Functions',
        items: children.map((child) => ({ text: child.title, link: link(child.path) })),
      })),
    ],
  ]),
)

export default defineConfig({
  title: 'flashworld',
  description:
    'A sentence or a photograph, plus a camera path, becomes an explorable 3D scene, in TypeScript, on any GPU.',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  srcDir: 'pages',
  outDir: '../../dist/docs',
  metaChunk: true,
  vite: { build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 4000 } },
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
    sidebar: { ...apiSidebars, '/api/': [moduleLinks], '/': sections },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
