/** Figures as people read them. */
import type { CellKind } from '../../api/types'

const NONE = '–'

export function figure(cell: string | number | null, kind: CellKind): string {
  if (cell === null) return NONE
  if (typeof cell === 'string') return cell
  if (kind === 'share') return `${(cell * 100).toFixed(1)}%`
  return cell.toFixed(kind === 'decimal' ? 1 : 0)
}

/** Seconds in minutes, to a tenth. */
export const minutes = (seconds: number | null | undefined): number | null =>
  seconds == null ? null : Math.round(seconds / 6) / 10
