/** Days and times of snapshots in words. */
import { clockTime } from '@ui/words/age.ts'

/** "11月24日 22:05", "24 Nov 22:05". */
export function dayAndTime(at: string, language: 'zh' | 'en'): string {
  const day = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: 'short',
    day: 'numeric',
  }).format(new Date(at))
  return `${day} ${clockTime(at)}`
}
