// The connection's own user, and the connected calendars.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, oneOf, parameters, text } from '../../api/parameters.ts'
import { maybe, maybeText, shapeOf } from '../../api/shape.ts'
import { data } from './envelope.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Me" */
export interface CalcomUser {
  readonly id: number
  readonly username: string
  readonly email: string
  /** IANA name. */
  readonly timeZone: string
  readonly name?: string | null
  readonly avatarUrl?: string | null
  readonly bio?: string | null
  /** 12 or 24. */
  readonly timeFormat?: number | null
  readonly defaultScheduleId?: number | null
  readonly weekStart?: string | null
  readonly organizationId?: number | null
  readonly locale?: string | null
}

export interface CalcomCalendars {
  readonly connectedCalendars: readonly Readonly<Record<string, unknown>>[]
  readonly destinationCalendar?: Readonly<Record<string, unknown>> | null
}

export interface CalcomUserChange {
  readonly name?: string | undefined
  readonly timeZone?: string | undefined
  readonly timeFormat?: 12 | 24 | undefined
  readonly weekStart?: CalcomWeekDay | undefined
}

export type CalcomWeekDay = (typeof weekDays)[number]

export interface MeCalls {
  /** Scope `PROFILE_READ`. */
  me(options?: CallOptions): Promise<CalcomUser>
  /** Scope `PROFILE_WRITE`. */
  updateMe(change: CalcomUserChange, options?: CallOptions): Promise<CalcomUser>
  /** Scope `APPS_READ`, as far as is known. */
  calendars(options?: CallOptions): Promise<CalcomCalendars>
}

export const weekDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const user = once(() =>
  shapeOf<CalcomUser>({
    id: z.number(),
    username: z.string(),
    email: z.string(),
    timeZone: z.string(),
    name: maybeText(),
    avatarUrl: maybeText(),
    bio: maybeText(),
    timeFormat: maybe(z.number()),
    defaultScheduleId: maybe(z.number()),
    weekStart: maybeText(),
    organizationId: maybe(z.number()),
    locale: maybeText(),
  }),
)

const calendars = once(() =>
  shapeOf<CalcomCalendars>({
    connectedCalendars: z.array(z.record(z.string(), z.unknown())),
    destinationCalendar: maybe(z.record(z.string(), z.unknown())),
  }),
)

const userChange = once(() =>
  parameters<CalcomUserChange>({
    name: text().optional(),
    timeZone: text().optional(),
    timeFormat: oneOf(12, 24).optional(),
    weekStart: oneOf(...weekDays).optional(),
  }),
)

export function meCalls(api: ApiCaller): MeCalls {
  return {
    me: (options) => callApi(api, { place: 'calcom.me', path: '/v2/me', shape: data(user) }, options),
    async updateMe(change, options) {
      const place = 'calcom.updateMe'
      const body = checkParameters(place, userChange, change)
      return callApi(api, { place, method: 'PATCH', path: '/v2/me', body, shape: data(user) }, options)
    },
    calendars: (options) =>
      callApi(api, { place: 'calcom.calendars', path: '/v2/calendars', shape: data(calendars) }, options),
  }
}
