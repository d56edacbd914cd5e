/** What is drawn on the picture while it is edited, and what the edge box is told of it. */
import type { Drawing } from '../api.ts'
import type { Point } from './heads.ts'
import { flaw } from './polygon.ts'

export type Kind = 'zone' | 'privacy' | 'ignore'
export const KINDS: readonly Kind[] = ['zone', 'privacy', 'ignore']

export interface Shape {
  key: number
  kind: Kind
  /** The name of a zone; masks have none. */
  id: string
  corners: readonly Point[]
  /** As typed; what is not drawn here is kept as it was. */
  area: string
  rest: object
}

export interface Mistake {
  key: number
  what: 'corners' | 'crosses' | 'flat' | 'name' | 'twice' | 'area'
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
let keys = 0

export function newShape(kind: Kind, corners: readonly Point[], others: readonly Shape[]): Shape {
  keys += 1
  return { key: keys, kind, id: kind === 'zone' ? freeName(others) : '', corners, area: '', rest: {} }
}

function freeName(others: readonly Shape[]): string {
  const taken = new Set(others.map(({ id }) => id))
  let number = 1
  while (taken.has(`zone-${number}`)) number += 1
  return `zone-${number}`
}

export function shapesOf(drawing: Drawing): Shape[] {
  const zones = drawing.zone.map(({ id, polygon, area_m2: area, ...rest }) => ({
    ...newShape('zone', polygon as Point[], []),
    id,
    area: area === undefined || area === null ? '' : String(area),
    rest,
  }))
  const masks = drawing.mask.map(({ kind, polygon, ...rest }) => ({
    ...newShape(kind, polygon as Point[], []),
    rest,
  }))
  return [...zones, ...masks]
}

/** What to tell the edge box; `before` brings along what this page does not draw. */
export function drawingOf(shapes: readonly Shape[], before: Drawing): Drawing {
  const of = (wanted: (kind: Kind) => boolean): Shape[] => shapes.filter(({ kind }) => wanted(kind))
  return {
    ...before,
    zone: of((kind) => kind === 'zone').map(({ id, corners, area, rest }) => ({
      ...rest,
      id,
      polygon: corners,
      ...(area.trim() === '' ? {} : { area_m2: Number(area) }),
    })),
    mask: of((kind) => kind !== 'zone').map(({ kind, corners, rest }) => ({
      ...rest,
      kind,
      polygon: corners,
    })),
  } as Drawing
}

/** All that is wrong with the shapes, for a person to read at once. */
export function mistakes(shapes: readonly Shape[]): Mistake[] {
  const names = shapes.filter(({ kind }) => kind === 'zone').map(({ id }) => id)
  return shapes.flatMap(({ key, kind, id, corners, area }) => {
    const found: Mistake['what'][] = []
    const bad = flaw(corners)
    if (bad) found.push(bad)
    if (kind === 'zone') {
      if (!NAME.test(id)) found.push('name')
      else if (names.filter((each) => each === id).length > 1) found.push('twice')
      if (!(Number(area) > 0 && Number.isFinite(Number(area)))) found.push('area')
    }
    return found.map((what) => ({ key, what }))
  })
}
