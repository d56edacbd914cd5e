/** What the edge box says and hears, by the names of its own models. */
import { ask, command, request } from '@ui/api/client.ts'
import type { components } from './generated/calibration'

type Schemas = components['schemas']

export type Album = Schemas['Album']
export type Drawing = Schemas['Drawing']
export type Drawn = Schemas['Drawn']
export type FitStatus = Schemas['FitStatus']
export type Label = Schemas['Label']
export type Live = Schemas['Live']
export type Snapshot = Schemas['SnapshotRow']
export type Zone = Schemas['ZoneSettings']
export type Ground = Schemas['GroundSettings']

export const live = (): Promise<Live> => ask<Live>('/live')
export const album = (): Promise<Album> => ask<Album>('/snapshots')
export const drawing = (): Promise<Drawn> => ask<Drawn>('/drawing')
export const fit = (): Promise<FitStatus> => ask<FitStatus>('/fit')

export const takeSnapshot = (): Promise<unknown> => command('/snapshots')
export const deleteSnapshot = (id: string): Promise<unknown> =>
  request('DELETE', `/snapshots/${id}`)
export const deleteAll = (): Promise<unknown> => request('DELETE', '/snapshots')
export const putLabel = (id: string, label: Label): Promise<unknown> =>
  request('PUT', `/snapshots/${id}/label`, label)
export const dropLabel = (id: string): Promise<unknown> =>
  request('DELETE', `/snapshots/${id}/label`)
export const putDrawing = (drawing: Drawing): Promise<Drawn | undefined> =>
  request('PUT', '/drawing', drawing)
export const beginFit = (): Promise<FitStatus | undefined> => command<FitStatus>('/fit')
export const stopFit = (): Promise<FitStatus | undefined> => request('DELETE', '/fit')
export const acceptFit = (): Promise<FitStatus | undefined> => command<FitStatus>('/fit/accept')
export const retireFit = (): Promise<FitStatus | undefined> => command<FitStatus>('/fit/retire')

/** The address of a snapshot's picture, whole or small. */
export const pictureOf = (id: string, small = false): string =>
  `/api/v1/snapshots/${id}/picture${small ? '?small=true' : ''}`
export const livePicture = (turn: number): string => `/api/v1/live/picture?turn=${turn}`
