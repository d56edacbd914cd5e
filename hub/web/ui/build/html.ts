/** Writes the HTML of each page from one frame, so that a new page is a row of a table. */
import type { Plugin } from 'vite'

export interface PageHead {
  /** What the browser's tab says until the page has its words. */
  title: string
  /** What stands there without JavaScript, in both languages. */
  noscript?: string
  /** The page's first module; by default `./src/pages/NAME/main.ts`. */
  main?: string
}

const NO_SCRIPT = '本页需要启用 JavaScript。 This page needs JavaScript.'

const frame = ({ title, noscript, main }: Required<PageHead>, icon: string): string => `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <title>${title}</title>
    <link rel="icon" href="${icon}" />
  </head>
  <body>
    <div id="page"></div>
    <noscript>${noscript}</noscript>
    <script type="module" src="${main}"></script>
  </body>
</html>
`

/** `icon`: its path, from the folder `root`. */
export function html(root: string, heads: Record<string, PageHead>, icon: string): Plugin {
  const written = (name: string): string | undefined => {
    const head = heads[name]
    const main = `./src/pages/${name}/main.ts`
    return head && frame({ noscript: NO_SCRIPT, main, ...head }, icon)
  }
  const nameOf = (path: string): string => /^\/?([a-z]+)\.html$/.exec(path)?.[1] ?? ''
  return {
    name: 'huiting:html',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(root) && written(nameOf(id.slice(root.length))) ? id : null),
    load: (id) => (id.startsWith(root) ? written(nameOf(id.slice(root.length))) : undefined) ?? null,
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const page = written(nameOf(request.url ?? ''))
        if (page === undefined) return next()
        server
          .transformIndexHtml(request.url ?? '', page)
          .then((whole) => response.setHeader('Content-Type', 'text/html').end(whole), next)
      })
    },
  }
}
