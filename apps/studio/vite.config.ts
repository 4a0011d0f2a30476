import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vite'

/** The server that the page speaks with while it is worked on. */
const server = process.env.FLASHWORLD_SERVER ?? 'http://localhost:7860'

/** The font of the first words is asked for with the page, not when its style sheet is read. */
const preloadFont: Plugin = {
  name: 'preload-font',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const font = Object.keys(bundle).find((file) => /inter-latin-wght-normal.*woff2$/.test(file))
      const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '' }
      return font ? [{ tag: 'link', attrs: { ...attrs, href: `./${font}` }, injectTo: 'head' }] : []
    },
  },
}

export default defineConfig({
  root: import.meta.dirname,
  // the page is served wherever the server puts it
  base: './',
  plugins: [react(), preloadFont],
  build: {
    outDir: 'dist',
    rolldownOptions: {
      input: ['index.html', 'viewer.html'].map((page) => `${import.meta.dirname}/${page}`),
    },
    target: 'es2023',
    // the server's policy allows no inlined scripts or fonts
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
  },
  server: { proxy: { '/v1': server, '/examples': server } },
})
