/** How pages are built, wherever their sources lie: tokens and messages prepared, one folder out. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import * as compiler from 'vue/compiler-sfc'
import type { UserConfig } from 'vite'
import { html, type PageHead } from './html.ts'
import { messages } from './messages.ts'
import { tokens } from './tokens.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const installed = (path: string): string => here(`../node_modules/${path}`)

export interface Pages {
  /** Folder of `src`. */
  root: string
  /** Every page by name. */
  heads: Record<string, PageHead>
  /** The icon's path, from `root`. */
  icon: string
  outDir: string
  /** Whether small pictures may stand in the style sheet; a strict policy forbids them. */
  inlineAssets: boolean
}

export function pages({ root, heads, icon, outDir, inlineAssets }: Pages): UserConfig {
  return {
    root,
    plugins: [
      html(root, heads, icon),
      messages(),
      tokens(here('../../../../hall/tokens.toml')),
      vue({ compiler }),
    ],
    define: {
      __VUE_OPTIONS_API__: false,
      __VUE_PROD_DEVTOOLS__: false,
      __VUE_I18N_FULL_INSTALL__: false,
      __VUE_I18N_LEGACY_API__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
    },
    resolve: {
      // One installation serves sources outside this folder, too.
      alias: [
        { find: /^@ui\//, replacement: here('../src/') },
        { find: /^vue$/, replacement: installed('vue/dist/vue.runtime.esm-bundler.js') },
        {
          find: /^vue-i18n$/,
          replacement: installed('vue-i18n/dist/vue-i18n.runtime.esm-bundler.js'),
        },
      ],
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 600,
      ...(inlineAssets ? {} : { assetsInlineLimit: 0 }),
      rolldownOptions: {
        input: Object.fromEntries(Object.keys(heads).map((name) => [name, `${root}${name}.html`])),
      },
    },
  }
}
