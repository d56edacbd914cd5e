/**
 * Compiles the sentences of `src/locales` while building, so that browsers need neither a message
 * compiler nor permission to evaluate text as code.
 */
import { baseCompile } from '@intlify/message-compiler'
import type { Plugin } from 'vite'

type Sentences = { [key: string]: string | Sentences }

function compiled(sentences: Sentences, source: string): object {
  return Object.fromEntries(
    Object.entries(sentences).map(([key, value]) => [
      key,
      typeof value === 'string' ? parsed(value, `${source}: ${key}`) : compiled(value, source),
    ]),
  )
}

function parsed(sentence: string, source: string): object {
  const { ast } = baseCompile(sentence, {
    jit: true,
    minify: true,
    location: false,
    onError: (mistake) => {
      throw new Error(`${source}: ${mistake.message}`)
    },
  })
  return ast
}

export function messages(): Plugin {
  return {
    name: 'huiting:messages',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/locales\/.+\.json$/ },
      handler(code, id) {
        const sentences = JSON.parse(code) as Sentences
        return {
          code: `export default ${JSON.stringify(compiled(sentences, id))}`,
          map: null,
          moduleType: 'js',
        }
      },
    },
  }
}
