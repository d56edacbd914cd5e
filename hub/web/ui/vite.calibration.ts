/** The calibration page of the edge box; its sources lie with it, its tools and parts are ours. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { pages } from './build/pages.ts'

const calibration = (path: string): string =>
  fileURLToPath(new URL(`../../../edge/calibration/${path}`, import.meta.url))

export default defineConfig({
  ...pages({
    root: calibration('ui/'),
    heads: { calibration: { title: '摄像机校准 · 慧厅', main: './src/main.ts' } },
    icon: '../../../hub/web/ui/src/assets/icon.svg',
    outDir: calibration('static'),
    inlineAssets: false,
  }),
  server: { proxy: { '/api': 'http://127.0.0.1:8010' } },
})
