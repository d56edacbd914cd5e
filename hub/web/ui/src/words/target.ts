/** Expected waits against what the hall wants to keep to. */
import type { ServiceQueue } from '../api/types'
import type { Mood } from './level'

/** Kept by nine in ten, by half, by fewer, or not even twice as long; people without any window, too. */
export function against(
  queue: Pick<ServiceQueue, 'waiting' | 'windows' | 'wait_p50_s' | 'wait_p90_s'>,
  targetS: number,
): Mood | 'off' {
  if (!queue.windows) return queue.waiting ? 'critical' : 'off'
  if (queue.wait_p90_s <= targetS) return 'calm'
  if (queue.wait_p50_s <= targetS) return 'busy'
  return queue.wait_p50_s <= 2 * targetS ? 'crowded' : 'critical'
}

/** How someone's own wait so far stands against the target of their class. */
export function waitedAgainst(waitedS: number, targetS: number): Mood {
  if (waitedS <= targetS / 2) return 'calm'
  if (waitedS <= targetS) return 'busy'
  return waitedS <= 2 * targetS ? 'crowded' : 'critical'
}
