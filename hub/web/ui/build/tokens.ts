/** Turns `hall/tokens.toml` into the style sheet `virtual:tokens.css` and the module `virtual:tokens`. */
import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import type { Plugin } from 'vite'

export interface Tokens {
  colour: { light: Record<string, string>; dark: Record<string, string> }
  type: Record<string, number>
  space: Record<string, number>
  target: Record<string, number>
  motion: Record<string, number>
}

const STYLE = 'virtual:tokens.css'
const VALUES = 'virtual:tokens'
const SIZES = ['caption', 'body', 'lead', 'title', 'figure', 'number', 'display']
const ROOT_PX = 16

const dashed = (name: string): string => name.replaceAll('_', '-')
const rem = (px: number): string => `${px / ROOT_PX}rem`

function colours(theme: Record<string, string>): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${dashed(name)}:${value};`)
    .join('')
}

function sizes(type: Record<string, number>, scale: number, minimum: number): string {
  return SIZES.map((name) => {
    const px = Math.max(minimum, (type[name] ?? ROOT_PX) * scale)
    return `--type-${name}:${rem(px)};`
  }).join('')
}

function measures(tokens: Tokens): string {
  const unit = tokens.space['unit'] ?? 8
  const steps = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 12].map(
    (step) => `--space-${String(step).replace('.', '-')}:${rem(step * unit)};`,
  )
  return [
    ...steps,
    `--gap-targets:${rem(tokens.space['gap_targets'] ?? 16)};`,
    `--line-zh:${tokens.type['line_height_zh']};--line-number:${tokens.type['line_height_number']};`,
    `--motion-short:${tokens.motion['short']}ms;--motion-long:${tokens.motion['long']}ms;`,
  ].join('')
}

export function styleSheet(tokens: Tokens): string {
  const { light, dark } = tokens.colour
  const { elder_scale: scale = 1, elder_minimum: minimum = 0 } = tokens.type
  const target = (kind: string): string => `--target:${rem(tokens.target[kind] ?? 44)};`
  return [
    `:root{color-scheme:light dark;${measures(tokens)}${sizes(tokens.type, 1, 0)}${target('staff')}}`,
    `:root,[data-theme=light]{${colours(light)}}`,
    `@media (prefers-color-scheme:dark){:root{${colours(dark)}}}`,
    `[data-theme=light]{color-scheme:light;${colours(light)}}`,
    `[data-theme=dark]{color-scheme:dark;${colours(dark)}}`,
    `[data-elder]{${sizes(tokens.type, scale, minimum)}${target('elder')}}`,
  ].join('\n')
}

export function tokens(file: string): Plugin {
  const read = (): Tokens => parse(readFileSync(file, 'utf8')) as unknown as Tokens
  return {
    name: 'huiting:tokens',
    resolveId: (id) => (id === STYLE || id === VALUES ? `/@huiting/${id}` : undefined),
    load(id) {
      this.addWatchFile(file)
      if (id === `/@huiting/${STYLE}`) return styleSheet(read())
      if (id === `/@huiting/${VALUES}`) return `export default ${JSON.stringify(read())}`
      return undefined
    },
  }
}
