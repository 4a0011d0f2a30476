import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The server that the page speaks with while it is worked on. */
const server = process.env.FLASHWORLD_SERVER ?? 'http://localhost:7860'

export default defineConfig({
  root: import.meta.dirname,
  // the page is served wherever the server puts it
  base: './',
  plugins: [react()],
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
