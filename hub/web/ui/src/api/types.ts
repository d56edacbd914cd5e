/** What the hub says and hears, by the names of hall/messages.py; generated from docs/openapi.json. */
import type { components } from '../generated/hub'

type Schemas = components['schemas']

export type Alert = Schemas['Alert']
export type Alerts = Schemas['Alerts']
export type Advice = Schemas['Advice']
export type Appointment = Schemas['Appointment']
export type ArrivalsForecast = Schemas['ArrivalsForecast']
export type Bookable = Schemas['Bookable']
export type BookableService = Schemas['BookableService']
export type Booking = Schemas['Booking']
export type Call = Schemas['Call']
export type Appointments = Schemas['Appointments']
export type BookingsTakenOver = Schemas['BookingsTakenOver']
export type Callback = Schemas['Callback']
export type Callbacks = Schemas['Callbacks']
export type Crowd = Schemas['Crowd']
export type Estimate = Schemas['Estimate']
export type Hall = Schemas['Hall']
export type KeyFigures = Schemas['KeyFigures']
export type Level = Schemas['Level']
export type Node = Schemas['Node']
export type People = Schemas['People']
export type PublicHall = Schemas['PublicHall']
export type Report = Schemas['Report']
export type ReportTable = Schemas['Table']
export type ReportTables = Schemas['Tables']
export type CellKind = ReportTable['columns'][number]['kind']
export type ServiceQueue = Schemas['ServiceQueue']
export type ServiceLine = Schemas['ServiceLine']
export type Services = Schemas['Services']
export type PlannedDuty = Schemas['PlannedDuty']
export type ShiftPlan = Schemas['ShiftPlan']
export type Slot = Schemas['Slot']
export type Slots = Schemas['Slots']
export type StaffingAdvice = Schemas['StaffingAdvice']
export type Observations = Schemas['Observations']
export type Offer = Schemas['Offer']
export type Text = Schemas['Text']
export type Ticket = Schemas['Ticket']
export type VisitorTicket = Schemas['VisitorTicket']
export type WhatIf = Schemas['WhatIf']
export type Whoami = Schemas['Whoami']
export type Window = Schemas['Window']
export type WindowQueue = Schemas['WindowQueue']
export type Zone = Schemas['Zone']

/** Comes as an event only. */
export interface Announcements {
  texts: Text[]
}

/** Comes as an event only, so the routes do not describe it. */
export interface Queues {
  at: string
  services: Record<string, ServiceQueue>
}
