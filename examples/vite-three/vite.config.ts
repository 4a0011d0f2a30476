import { defineConfig } from 'vite'

// pages that are isolated from others may share memory between threads: WebAssembly then computes on all cores
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../../assets', // has the embedded model as mini/
  worker: { format: 'es' },
  build: { target: 'es2023' },
  server: { headers },
  preview: { headers },
})
