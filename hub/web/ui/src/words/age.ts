/** Clock times and ages in words. */

/** The zone of the hall's own clocks once it is known; until then the reader's. */
let hallZone: string | undefined

export function useHallZone(timeZone: string): void {
  if (timeZone === hallZone) return
  hallZone = timeZone
  clock = digits({})
  exact = digits({ second: '2-digit' })
}

const digits = (more: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(hallZone ? { timeZone: hallZone } : {}),
    ...more,
  })
let clock = digits({})
let exact = digits({ second: '2-digit' })

/** 24-hour clock, the same digits in both languages. */
export const clockTime = (at: string | number): string => clock.format(new Date(at))
export const exactTime = (at: string | number): string => exact.format(new Date(at))

/** Clock times as the hall's own clocks show them, wherever the page is read. */
export function clockOf(timeZone: string): (at: string | number) => string {
  const local = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
  return (at) => local.format(new Date(at))
}

export function calendarDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    ...(hallZone ? { timeZone: hallZone } : {}),
  }).format(at)
}

/** "3月2日 14:05": a moment of another day. */
export function dayTime(at: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    ...(hallZone ? { timeZone: hallZone } : {}),
  }).format(new Date(at))
}

export interface Age {
  key: 'age.seconds' | 'age.minutes' | 'age.hours' | 'age.days'
  n: number
}

/** Seconds below a minute and a half, then whole minutes, hours and days. */
export function age(seconds: number): Age {
  if (seconds < 90) return { key: 'age.seconds', n: seconds }
  if (seconds < 5_400) return { key: 'age.minutes', n: Math.floor(seconds / 60) }
  if (seconds < 129_600) return { key: 'age.hours', n: Math.floor(seconds / 3_600) }
  return { key: 'age.days', n: Math.floor(seconds / 86_400) }
}

/** "7:05": minutes and seconds that a clerk watches run. */
export function stopwatch(seconds: number): string {
  const rest = String(seconds % 60).padStart(2, '0')
  return `${Math.floor(seconds / 60)}:${rest}`
}
