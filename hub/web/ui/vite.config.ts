/** The hub's pages. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { pages } from './build/pages.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  ...pages({
    root: here('./'),
    heads: {
      dashboard: { title: '慧厅' },
      alerts: { title: '预警 · 慧厅' },
      staffing: { title: '排班与推演 · 慧厅' },
      reports: { title: '报告 · 慧厅' },
      admin: { title: '管理 · 慧厅' },
      window: { title: '窗口终端 · 慧厅' },
      display: { title: '叫号屏 · 慧厅' },
      ticket: {
        title: '我的号码 · 慧厅',
        noscript:
          '手机浏览器没有启用 JavaScript，请看大厅的叫号屏。 Please watch the display in the hall.',
      },
      book: {
        title: '预约 · 慧厅',
        noscript:
          '网上预约需要浏览器启用 JavaScript；也可以直接到大厅取号。 Booking needs JavaScript; you can also take a number in the hall.',
      },
      design: { title: '设计 · 慧厅' },
    },
    icon: './src/assets/icon.svg',
    outDir: here('../static'),
    inlineAssets: true,
  }),
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
