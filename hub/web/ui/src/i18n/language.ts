/** Which language this page speaks: asked for in the address, chosen before, the browser's, else Chinese. */

export type Language = 'zh' | 'en'

const PLACE = 'huiting.language'
const isLanguage = (word: string | null | undefined): word is Language =>
  word === 'zh' || word === 'en'

function remembered(): string | null {
  try {
    return localStorage.getItem(PLACE)
  } catch {
    return null // a browser that keeps nothing still shows the page
  }
}

export function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  if (isLanguage(asked)) return asked
  const chosen = remembered()
  if (isLanguage(chosen)) return chosen
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage)
  return spoken ?? 'zh'
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(PLACE, language)
  } catch {
    return
  }
}
