/** Four words for the six levels of service of people standing together. */
import type { Level } from '../api/types'

export type Mood = 'calm' | 'busy' | 'crowded' | 'critical'

const MOODS: Record<Level, Mood> = {
  A: 'calm',
  B: 'calm',
  C: 'busy',
  D: 'busy',
  E: 'crowded',
  F: 'critical',
}

export const mood = (level: Level): Mood => MOODS[level]
