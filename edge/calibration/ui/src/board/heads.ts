/** Marks on heads: what a click, a tap or a key does to them. Points are fractions of the picture. */

export type Point = [number, number]
export interface Size {
  width: number
  height: number
}

export const clamp = (value: number): number => Math.min(1, Math.max(0, value))
const rounded = (value: number): number => Math.round(clamp(value) * 1e4) / 1e4
export const point = (x: number, y: number): Point => [rounded(x), rounded(y)]

/** Distance on the screen between two points of a picture shown in `size`. */
export function distance([ax, ay]: Point, [bx, by]: Point, { width, height }: Size): number {
  return Math.hypot((ax - bx) * width, (ay - by) * height)
}

/** The index of the mark nearest to `at` within `reach` pixels of the screen, or -1. */
export function nearest(marks: readonly Point[], at: Point, size: Size, reach: number): number {
  let found = -1
  let least = reach
  marks.forEach((mark, index) => {
    const away = distance(mark, at, size)
    if (away <= least) {
      found = index
      least = away
    }
  })
  return found
}

/** A click: removes the mark under it, else adds one. */
export function toggled(
  marks: readonly Point[],
  at: Point,
  size: Size,
  reach: number,
): readonly Point[] {
  const hit = nearest(marks, at, size, reach)
  return hit < 0 ? [...marks, at] : marks.filter((_, index) => index !== hit)
}

const STEPS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Where an arrow key takes `at`: two pixels of the screen, ten times as far with Shift. */
export function moved(at: Point, key: string, far: boolean, size: Size): Point | undefined {
  const step = STEPS[key]
  if (!step) return undefined
  const pixels = far ? 20 : 2
  return point(at[0] + (step[0] * pixels) / size.width, at[1] + (step[1] * pixels) / size.height)
}
