// Schedules: when the connection's user is available. Slots follow the default one.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import {
  checkArgument,
  checkParameters,
  day,
  flag,
  listOf,
  oneOf,
  parameters,
  text,
  wallTime,
} from '../../api/parameters.ts'
import { maybe, type Schema, shapeOf } from '../../api/shape.ts'
import { data } from './envelope.ts'
import { type CalcomWeekDay, weekDays } from './me.ts'
import { number } from './references.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Schedules" */
export interface CalcomSchedule {
  readonly id: number
  readonly name: string
  /** IANA name. */
  readonly timeZone: string
  readonly isDefault: boolean
  readonly availability: readonly {
    readonly days: readonly string[]
    readonly startTime: string
    readonly endTime: string
  }[]
  readonly overrides: readonly CalcomOverride[]
  readonly ownerId?: number | null
}

/** From `09:00` to `17:00` on these days of the week. */
export interface CalcomAvailability {
  readonly days: readonly CalcomWeekDay[]
  readonly startTime: string
  readonly endTime: string
}

/** What counts on one date (`2026-11-23`) instead of the week. */
export interface CalcomOverride {
  readonly date: string
  readonly startTime: string
  readonly endTime: string
}

export interface CalcomNewSchedule {
  readonly name: string
  readonly timeZone: string
  readonly isDefault: boolean
  readonly availability?: readonly CalcomAvailability[] | undefined
  readonly overrides?: readonly CalcomOverride[] | undefined
}

/** `isDefault: true` makes it the default; only another schedule's `true` ends that. */
export type CalcomScheduleChange = { readonly [Name in keyof CalcomNewSchedule]?: CalcomNewSchedule[Name] | undefined }

export interface ScheduleCalls {
  /** Scope `SCHEDULE_READ`. */
  schedules(options?: CallOptions): Promise<readonly CalcomSchedule[]>
  /** `null` once the user has deleted it; the user cannot be booked then. Scope `SCHEDULE_READ`. */
  defaultSchedule(options?: CallOptions): Promise<CalcomSchedule | null>
  /** Scope `SCHEDULE_READ`. */
  schedule(id: number, options?: CallOptions): Promise<CalcomSchedule>
  /** Scope `SCHEDULE_WRITE`. */
  createSchedule(schedule: CalcomNewSchedule, options?: CallOptions): Promise<CalcomSchedule>
  /** Scope `SCHEDULE_WRITE`. */
  updateSchedule(id: number, change: CalcomScheduleChange, options?: CallOptions): Promise<CalcomSchedule>
  /** Scope `SCHEDULE_WRITE`. */
  deleteSchedule(id: number, options?: CallOptions): Promise<void>
}

const times = once(() => ({ startTime: z.string(), endTime: z.string() }))

export const scheduleResource: Schema<CalcomSchedule> = once(() =>
  shapeOf<CalcomSchedule>({
    id: z.number(),
    name: z.string(),
    timeZone: z.string(),
    isDefault: z.boolean(),
    availability: z.array(shapeOf<CalcomSchedule['availability'][number]>({ ...times(), days: z.array(z.string()) })),
    overrides: z.array(shapeOf<CalcomOverride>({ ...times(), date: z.string() })),
    ownerId: maybe(z.number()),
  }),
)

const schedules = once(() => z.array(scheduleResource()))
const maybeSchedule = once(() => scheduleResource().nullable())

const hours = once(() => ({ startTime: wallTime(), endTime: wallTime() }))
const availability = once(() =>
  listOf(parameters<CalcomAvailability>({ ...hours(), days: listOf(oneOf(...weekDays), { least: 1 }) })),
)
const overrides = once(() => listOf(parameters<CalcomOverride>({ ...hours(), date: day() })))

const newSchedule = once(() =>
  parameters<CalcomNewSchedule>({
    name: text(),
    timeZone: text(),
    isDefault: flag(),
    availability: availability().optional(),
    overrides: overrides().optional(),
  }),
)

const scheduleChange = once(() =>
  parameters<CalcomScheduleChange>({
    name: text().optional(),
    timeZone: text().optional(),
    isDefault: flag().optional(),
    availability: availability().optional(),
    overrides: overrides().optional(),
  }),
)

export function scheduleCalls(api: ApiCaller): ScheduleCalls {
  const all = '/v2/schedules'
  const one = (place: string, id: number): string => `${all}/${checkArgument(place, 'id', number, id)}`
  return {
    schedules: (options) => callApi(api, { place: 'calcom.schedules', path: all, shape: data(schedules) }, options),
    defaultSchedule: (options) =>
      callApi(api, { place: 'calcom.defaultSchedule', path: `${all}/default`, shape: data(maybeSchedule) }, options),
    async schedule(id, options) {
      const place = 'calcom.schedule'
      return callApi(api, { place, path: one(place, id), shape: data(scheduleResource) }, options)
    },
    async createSchedule(given, options) {
      const place = 'calcom.createSchedule'
      const body = checkParameters(place, newSchedule, given)
      return callApi(api, { place, method: 'POST', path: all, body, shape: data(scheduleResource) }, options)
    },
    async updateSchedule(id, change, options) {
      const place = 'calcom.updateSchedule'
      const body = checkParameters(place, scheduleChange, change)
      return callApi(
        api,
        { place, method: 'PATCH', path: one(place, id), body, shape: data(scheduleResource) },
        options,
      )
    },
    async deleteSchedule(id, options) {
      const place = 'calcom.deleteSchedule'
      return callApi<void>(api, { place, method: 'DELETE', path: one(place, id), shape: null }, options)
    },
  }
}
