/** The page's words in both languages, and the texts that the hub sends in both. */
import { computed, watchEffect, type WritableComputedRef } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { Text } from '../api/types'
import { firstLanguage, type Language, rememberLanguage } from './language'

/** The sentences of one page, the same keys in each language. */
export interface Catalogue {
  zh: object
  en: object
}

/** Merges catalogues: each brings its own top-level keys. */
export function gather(...catalogues: Catalogue[]): Catalogue {
  return {
    zh: Object.assign({}, ...catalogues.map(({ zh }) => zh)) as object,
    en: Object.assign({}, ...catalogues.map(({ en }) => en)) as object,
  }
}

export function speak(catalogue: Catalogue) {
  return createI18n({
    legacy: false,
    globalInjection: true,
    locale: firstLanguage(),
    fallbackLocale: 'zh',
    messages: catalogue as never,
  })
}

/** The language in use and how to read a text of the hub in it. */
export function useLanguage(): {
  language: WritableComputedRef<Language>
  tell: (text: Text) => string
  other: (text: Text) => string
} {
  const { locale } = useI18n({ useScope: 'global' })
  const language = computed({
    get: () => locale.value as Language,
    set: (chosen: Language) => {
      locale.value = chosen
      rememberLanguage(chosen)
    },
  })
  return {
    language,
    tell: (text) => text[language.value],
    other: (text) => text[language.value === 'zh' ? 'en' : 'zh'],
  }
}

/** Keeps `<html lang>` true, which chooses the right glyphs, voice and hub language. */
export function keepDocumentLanguage(): void {
  const { language } = useLanguage()
  watchEffect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  })
}
