// Reads the body of a new or changed schedule. Fields that are not given are absent from the result.

import type { Exchange, Refused } from '../../http/exchange.ts'
import { objectOf, textOf } from '../../http/json.ts'
import { isTimeZone } from '../../time/zone.ts'
import type { AvailabilityRow, OverrideRow, ScheduleRow } from '../../world/calcom-rows.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { weekDays } from '../resources/schedules-of.ts'

/** The fields that a caller may set. */
export type ScheduleFields = Partial<Omit<ScheduleRow, 'id'>>

const time = /^([01]\d|2[0-3]):[0-5]\d$/

/** Reads the fields of a schedule, or returns 400; `required` names the fields that must be given. */
export function readSchedule(
  exchange: Exchange,
  required: readonly (keyof ScheduleFields)[],
): { requested: ScheduleFields } | Refused {
  const fields = fieldsOf(exchange)
  const { name, timeZone, isDefault, availability, overrides } = fields
  const refuse = (property: string, constraint: string, sentence: string) => ({
    refusal: invalidField(exchange, fields, property, [constraint, sentence]),
  })
  const missing = required.find((one) => fields[one] === undefined)
  if (missing !== undefined) return refuse(missing, 'isDefined', 'should not be undefined')
  const requested: ScheduleFields = {}
  if (name !== undefined) {
    if (textOf(name) === null) return refuse('name', 'isString', 'must be a string')
    requested.name = String(name)
  }
  if (timeZone !== undefined) {
    if (!isTimeZone(timeZone)) return refuse('timeZone', 'isTimeZone', 'must be a valid IANA time-zone')
    requested.timeZone = timeZone
  }
  if (isDefault !== undefined) {
    if (typeof isDefault !== 'boolean') return refuse('isDefault', 'isBoolean', 'must be a boolean value')
    requested.isDefault = isDefault
  }
  if (availability !== undefined) {
    const rows = rowsOf(availability, availabilityOf)
    if (rows === null) return refuse('availability', 'isArray', 'must hold days by their names, and times as HH:MM')
    requested.availability = rows
  }
  if (overrides !== undefined) {
    const rows = rowsOf(overrides, overrideOf)
    if (rows === null) return refuse('overrides', 'isArray', 'must hold dates as YYYY-MM-DD, and times as HH:MM')
    requested.overrides = rows
  }
  return { requested }
}

function rowsOf<Row>(value: unknown, rowOf: (fields: Record<string, unknown>) => Row | null): Row[] | null {
  if (!Array.isArray(value)) return null
  const rows = value.map((one) => rowOf(objectOf(one))).filter((row) => row !== null)
  return rows.length === value.length ? rows : null
}

function availabilityOf({ days, ...fields }: Record<string, unknown>): AvailabilityRow | null {
  const times = timesOf(fields)
  const names = Array.isArray(days) ? days.map(String) : []
  return times === null || names.length === 0 || names.some((one) => !weekDays.includes(one))
    ? null
    : { days: names, ...times }
}

function overrideOf({ date, ...fields }: Record<string, unknown>): OverrideRow | null {
  const times = timesOf(fields)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(String(date)) && Number.isFinite(Date.parse(String(date)))
  return times === null || !isDate ? null : { date: String(date), ...times }
}

function timesOf({ startTime, endTime }: Record<string, unknown>): { startTime: string; endTime: string } | null {
  const [from, to] = [String(startTime), String(endTime)]
  return time.test(from) && time.test(to) ? { startTime: from, endTime: to } : null
}
