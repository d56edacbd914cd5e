/** The hub's pages. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { pages } from './build/pages.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  ...pages({
    root: here('./'),
    names: ['dashboard', 'alerts', 'staffing', 'window', 'display', 'ticket', 'book', 'reports', 'design'],
    outDir: here('../static'),
    inlineAssets: true,
  }),
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
