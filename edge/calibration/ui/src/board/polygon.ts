/** What is wrong with a drawn outline, told while it is drawn; the edge box decides in the end. */
import type { Point } from './heads.ts'

export type Flaw = 'corners' | 'crosses' | 'flat'

const CORNERS_MIN = 3
const FLAT = 1e-5

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))

function between([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): boolean {
  return (
    Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by)
  )
}

/** Whether the closed segments a–b and c–d share a point. */
export function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && between(a, b, c)) ||
    (abd === 0 && between(a, b, d)) ||
    (cda === 0 && between(c, d, a)) ||
    (cdb === 0 && between(c, d, b))
  )
}

/** Twice the enclosed area, by the shoelace formula. */
function doubleArea(corners: readonly Point[]): number {
  return Math.abs(
    corners.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = corners[(index + 1) % corners.length] as Point
      return sum + x * nextY - nextX * y
    }, 0),
  )
}

function crosses(corners: readonly Point[]): boolean {
  const count = corners.length
  const side = (index: number): [Point, Point] => [
    corners[index] as Point,
    corners[(index + 1) % count] as Point,
  ]
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 2; other < count; other += 1) {
      const neighbours = one === 0 && other === count - 1
      if (!neighbours && meet(...side(one), ...side(other))) return true
    }
  }
  return false
}

/** The first flaw of a closed outline, if it has one. */
export function flaw(corners: readonly Point[]): Flaw | undefined {
  if (corners.length < CORNERS_MIN) return 'corners'
  if (crosses(corners)) return 'crosses'
  return doubleArea(corners) < FLAT ? 'flat' : undefined
}

/** One corner more, in the middle of the longest side, where there is most room for it. */
export function withCorner(corners: readonly Point[]): Point[] {
  const sides = corners.map(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length] as Point
    return {
      after: index + 1,
      middle: [(x + nextX) / 2, (y + nextY) / 2] as Point,
      length: Math.hypot(x - nextX, y - nextY),
    }
  })
  const longest = sides.reduce((best, side) => (side.length > best.length ? side : best))
  return corners.toSpliced(longest.after, 0, longest.middle)
}
