/** The sound of a new alert: off until someone switches it on, and made here, not fetched. */
import { ref, watch } from 'vue'
import type { Alert } from '../api/types'
import { ringing } from './order'

const PLACE = 'huiting.sound'
const TONES_HZ = [880, 660]
const TONE_S = 0.18
const LOUDNESS = 0.2

function chosen(): boolean {
  try {
    return localStorage.getItem(PLACE) === 'on'
  } catch {
    return false
  }
}

export const sound = ref(chosen())
let speaker: AudioContext | undefined

export function switchSound(): void {
  sound.value = !sound.value
  try {
    localStorage.setItem(PLACE, sound.value ? 'on' : 'off')
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
  if (sound.value) ring(1)
}

/** Two falling tones, as often as asked. */
function ring(times: number): void {
  speaker ??= new AudioContext()
  void speaker.resume()
  for (let tone = 0; tone < times * TONES_HZ.length; tone += 1) {
    const from = speaker.currentTime + tone * TONE_S
    const voice = speaker.createOscillator()
    const volume = speaker.createGain()
    voice.frequency.value = TONES_HZ[tone % TONES_HZ.length] ?? 0
    volume.gain.setValueAtTime(LOUDNESS, from)
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S)
    voice.connect(volume).connect(speaker.destination)
    voice.start(from)
    voice.stop(from + TONE_S)
  }
}

/** Rings for each alert that was not ringing before; those there when the page opens do not. */
export function ringFor(alerts: () => readonly Alert[]): void {
  const key = ({ id, state }: Alert): string => `${id} ${state}`
  let known = new Set(ringing(alerts()).map(key))
  watch(
    () => ringing(alerts()),
    (now) => {
      const fresh = now.filter((alert) => !known.has(key(alert)))
      known = new Set(now.map(key))
      if (sound.value && fresh.length)
        ring(fresh.some(({ severity }) => severity === 'critical') ? 3 : 1)
    },
  )
}
