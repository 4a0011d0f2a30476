import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vite'
import { startGroups } from './start-groups.ts'

const pages = { studio: pathOf('index.html'), viewer: pathOf('viewer.html') }

function pathOf(page: string) {
  return `${import.meta.dirname}/${page}`
}

/** The server that the page speaks with while it is worked on. */
const server = process.env.FLASHWORLD_SERVER ?? 'http://localhost:7860'

/** Font and examples of the start page are asked for with the page, not when its style sheet and script are read. */
const preloadStart = (examples: string): Plugin => ({
  name: 'preload-start',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {}, path }) {
      const font = Object.keys(bundle).find((file) => /inter-latin-wght-normal.*woff2$/.test(file))
      const preload = (attrs: Record<string, string>) =>
        ({
          tag: 'link',
          attrs: { rel: 'preload', crossorigin: '', ...attrs },
          injectTo: 'head',
        }) as const
      return [
        ...(font ? [preload({ as: 'font', type: 'font/woff2', href: `./${font}` })] : []),
        ...(path === '/index.html' ? [preload({ as: 'fetch', href: examples })] : []),
      ]
    },
  },
})

/** Where nobody sends the headers for it, the page isolates itself (`static/isolate.js`). */
const isolateItself: Plugin = {
  name: 'isolate-itself',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { path }) =>
      path === '/index.html'
        ? [{ tag: 'script', attrs: { src: './isolate.js' }, injectTo: 'head-prepend' }]
        : [],
  },
}

/** Of what the components say of themselves, the languages that the page has: they bring some thirty. */
const ownLanguages: Plugin = {
  name: 'own-languages',
  load: {
    filter: {
      id: /\/react-(aria|aria-components|stately)\/dist\/.*\/intl\/.*\/[a-z]{2}-[A-Z]{2}\.m?js$/,
    },
    handler: (id) => (/(en-US|zh-CN)\.m?js$/.test(id) ? null : 'export default {}'),
  },
}

/** `--mode static`: a page of files alone, with no server behind it. */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  // the page is served wherever the server puts it
  base: './',
  plugins: [
    react(),
    preloadStart(mode === 'static' ? './examples.json' : './examples'),
    ...(mode === 'static' ? [isolateItself] : []),
    ownLanguages,
  ],
  worker: {
    format: 'es',
    // threads have a policy of their own
    rolldownOptions: { output: { entryFileNames: 'threads/[name]-[hash].js' } },
  },
  build: {
    outDir: 'dist',
    rolldownOptions: {
      input: Object.values(pages),
      output: {
        codeSplitting: { groups: startGroups(pages) },
        // a group's name goes on with all that takes of it
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${names[0]?.split(/[~.]/)[0]}-[hash][extname]`,
      },
    },
    target: 'es2023',
    // the server's policy allows no inlined scripts or fonts
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
  },
  server: { proxy: { '/v1': server, '/examples': server, '/models': server } },
}))
