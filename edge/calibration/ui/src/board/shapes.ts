/** What is drawn on the picture while it is edited, and what the edge box is told of it. */
import type { Drawing, Ground, Zone } from '../api.ts'
import type { Point } from './heads.ts'
import { flaw } from './polygon.ts'

export type Kind = 'zone' | 'privacy' | 'ignore' | 'floor' | 'people' | 'line' | 'queue'

interface Rule {
  /** An outline, or a line with two ends. */
  closed: boolean
  least: number
  most: number
}
const MANY = 32
export const RULES: Record<Kind, Rule> = {
  zone: { closed: true, least: 3, most: MANY },
  privacy: { closed: true, least: 3, most: MANY },
  ignore: { closed: true, least: 3, most: MANY },
  floor: { closed: true, least: 4, most: 4 },
  /** Head and feet of one person, then of another. */
  people: { closed: false, least: 4, most: 4 },
  line: { closed: false, least: 2, most: MANY },
  queue: { closed: false, least: 2, most: MANY },
}

export interface Shape {
  key: number
  kind: Kind
  /** The name of a zone; others have none. */
  id: string
  corners: readonly Point[]
  /** The zone that a line belongs to. */
  of: number | undefined
  /** As typed: square metres of a zone, lengths of a floor, height of people, width of a queue. */
  size: string
  /** What this page does not draw is kept as it was. */
  rest: object
}

export type Flaw =
  | 'corners'
  | 'crosses'
  | 'flat'
  | 'name'
  | 'twice'
  | 'area'
  | 'lengths'
  | 'heights'
  | 'upright'
  | 'width'
  | 'ground'

export interface Mistake {
  key: number
  what: Flaw
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
const SIZES: Record<Kind, string> = {
  zone: '',
  privacy: '',
  ignore: '',
  floor: '',
  people: '1.7',
  line: '',
  queue: '1.5',
}
let keys = 0

export function newShape(kind: Kind, corners: readonly Point[], others: readonly Shape[]): Shape {
  keys += 1
  const id = kind === 'zone' ? freeName(others) : ''
  return { key: keys, kind, id, corners, of: undefined, size: SIZES[kind], rest: {} }
}

function freeName(others: readonly Shape[]): string {
  const taken = new Set(others.map(({ id }) => id))
  let number = 1
  while (taken.has(`zone-${number}`)) number += 1
  return `zone-${number}`
}

const typed = (number: number | null | undefined): string =>
  number === undefined || number === null ? '' : String(number)

function ofZone({ id, polygon, area_m2, line, queue_line, queue_width_m }: Zone): Shape[] {
  const zone = { ...newShape('zone', polygon as Point[], []), id, size: typed(area_m2) }
  const part = (kind: Kind, drawn: unknown[] | undefined, size: string): Shape[] =>
    drawn?.length ? [{ ...newShape(kind, drawn as Point[], []), of: zone.key, size }] : []
  return [
    zone,
    ...part('line', line, ''),
    ...part('queue', queue_line, typed(queue_width_m) || SIZES.queue),
  ]
}

/** A survey by points of a plan cannot be drawn here; it is kept as it is. */
function ofGround(ground: Ground): Shape[] {
  if (ground.corners?.length) {
    const size = (ground.distances_m ?? []).join(', ')
    return [{ ...newShape('floor', ground.corners as Point[], []), size, rest: ground }]
  }
  const [first, second] = (ground.people ?? []) as [number, number][]
  if (!first || !second || (ground.people?.length ?? 0) > 2) return []
  const corners: Point[] = [
    [0.35, first[0]],
    [0.35, first[1]],
    [0.65, second[0]],
    [0.65, second[1]],
  ]
  const size = typed(ground.person_m) || SIZES.people
  return [{ ...newShape('people', corners, []), size, rest: ground }]
}

export function shapesOf(drawing: Drawing): Shape[] {
  return [
    ...(drawing.ground ? ofGround(drawing.ground) : []),
    ...(drawing.zone ?? []).flatMap(ofZone),
    ...(drawing.mask ?? []).map(({ kind, polygon }) => newShape(kind, polygon as Point[], [])),
  ]
}

export const numbers = (text: string): number[] =>
  text
    .split(/[,，、\s]+/)
    .filter(Boolean)
    .map(Number)

function groundOf(shape: Shape, aspect: number): object {
  const { points: _points, corners: _corners, distances_m: _lengths, people: _people, ...rest } =
    shape.rest as Partial<Ground>
  if (shape.kind === 'floor') {
    return { corners: shape.corners, distances_m: numbers(shape.size) }
  }
  const [head, feet, otherHead, otherFeet] = shape.corners.map(([, y]) => y)
  return {
    ...rest,
    people: [
      [head, feet],
      [otherHead, otherFeet],
    ],
    person_m: Number(shape.size),
    aspect: Math.round(aspect * 1e4) / 1e4,
  }
}

function zoneOf(zone: Shape, shapes: readonly Shape[]): object {
  const part = (kind: Kind): Shape | undefined =>
    shapes.find((each) => each.kind === kind && each.of === zone.key)
  const [line, queue] = [part('line'), part('queue')]
  return {
    id: zone.id,
    polygon: zone.corners,
    ...(zone.size === '' ? {} : { area_m2: Number(zone.size) }),
    ...(line ? { line: line.corners } : {}),
    ...(queue ? { queue_line: queue.corners, queue_width_m: Number(queue.size) } : {}),
  }
}

/** What to tell the edge box; `aspect` is the picture's width over its height. */
export function drawingOf(shapes: readonly Shape[], before: Drawing, aspect: number): Drawing {
  const ground = shapes.find(isGround)
  const kept = before.ground && !ofGround(before.ground).length ? { ground: before.ground } : {}
  return {
    ...(ground ? { ground: groundOf(ground, aspect) } : kept),
    zone: shapes.filter(({ kind }) => kind === 'zone').map((zone) => zoneOf(zone, shapes)),
    mask: shapes
      .filter(({ kind }) => kind === 'privacy' || kind === 'ignore')
      .map(({ kind, corners }) => ({ kind, polygon: corners })),
  } as Drawing
}

export const isGround = ({ kind }: Shape): boolean => kind === 'floor' || kind === 'people'

const positive = (text: string): boolean => text !== '' && Number(text) > 0 && Number(text) < 1e6

function sizeFlaw(shape: Shape, grounded: boolean): Flaw | undefined {
  const { kind, size, corners } = shape
  if (kind === 'zone' && !(positive(size) || (size === '' && grounded))) return 'area'
  if (kind === 'floor') {
    const lengths = numbers(size)
    const right = [2, 5].includes(lengths.length) && lengths.every((each) => each > 0)
    return right ? undefined : 'lengths'
  }
  if (kind === 'people') {
    const [head = 0, feet = 0, otherHead = 0, otherFeet = 0] = corners.map(([, y]) => y)
    if (head >= feet || otherHead >= otherFeet) return 'upright'
    return Number(size) >= 0.5 && Number(size) <= 2.5 ? undefined : 'heights'
  }
  if (kind === 'queue') {
    if (!grounded) return 'ground'
    return positive(size) && Number(size) <= 20 ? undefined : 'width'
  }
  return undefined
}

/** All that is wrong with the shapes, for a person to read at once. `before`: kept by the box. */
export function mistakes(shapes: readonly Shape[], before: Drawing | undefined): Mistake[] {
  const names = shapes.filter(({ kind }) => kind === 'zone').map(({ id }) => id)
  const kept = Boolean(before?.ground && !ofGround(before.ground).length)
  const grounded = kept || shapes.some(isGround)
  return shapes.flatMap((shape) => {
    const found: (Flaw | undefined)[] = []
    if (RULES[shape.kind].closed) found.push(flaw(shape.corners))
    if (shape.kind === 'zone') {
      if (!NAME.test(shape.id)) found.push('name')
      else if (names.filter((each) => each === shape.id).length > 1) found.push('twice')
    }
    found.push(sizeFlaw(shape, grounded))
    return found.flatMap((what) => (what ? [{ key: shape.key, what }] : []))
  })
}
