/** How the pages are built: five entries, tokens and messages prepared beforehand, one folder for the hub. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { messages } from './build/messages.ts'
import { tokens } from './build/tokens.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const pages = ['dashboard', 'window', 'display', 'ticket', 'design']

export default defineConfig({
  plugins: [messages(), tokens(here('../../../hall/tokens.toml')), vue()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  resolve: {
    alias: { 'vue-i18n': 'vue-i18n/dist/vue-i18n.runtime.esm-bundler.js' },
  },
  build: {
    outDir: here('../static'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, here(`${page}.html`)])),
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
