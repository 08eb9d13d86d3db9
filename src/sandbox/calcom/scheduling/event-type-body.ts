// Reads the body of a new or changed event type. Unknown fields are ignored.

import type { Exchange, Refused } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { defaultFields } from '../resources/event-types-of.ts'

/** The fields that a caller may set. */
export type EventTypeFields = Partial<Omit<EventTypeRow, 'id' | 'fields'>> & Pick<EventTypeRow, 'fields'>

/** In answers, but a caller cannot set them. */
const readOnlyFields = ['metadata', 'price', 'currency', 'forwardParamsSuccessRedirect', 'isInstantEvent']

const settable: ReadonlySet<string> = new Set([
  ...Object.keys(defaultFields).filter((name) => !readOnlyFields.includes(name)),
  'lengthInMinutesOptions',
  'bookingLimitsCount',
  'bookingLimitsDuration',
  'bookerLayouts',
  'color',
  'customName',
  'destinationCalendar',
])

/** Reads an event type, or returns 400; `required` names what must be given. The shape of other fields is not checked. */
export function readEventType(
  exchange: Exchange,
  required: readonly string[],
  schedules: readonly number[],
): { requested: EventTypeFields } | Refused {
  const fields = fieldsOf(exchange)
  const refuse = (property: string, constraint: string, sentence: string) => ({
    refusal: invalidField(exchange, fields, property, [constraint, sentence]),
  })
  const requested: EventTypeFields = {
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => settable.has(name))),
  }
  const isNeeded = (name: string): boolean => required.includes(name) || fields[name] !== undefined
  if (isNeeded('lengthInMinutes')) {
    const { lengthInMinutes } = fields
    if (typeof lengthInMinutes !== 'number') return refuse('lengthInMinutes', 'isInt', 'must be an integer number')
    if (!Number.isInteger(lengthInMinutes)) return refuse('lengthInMinutes', 'isInt', 'must be an integer number')
    if (lengthInMinutes < 1) return refuse('lengthInMinutes', 'min', 'must not be less than 1')
    requested.lengthInMinutes = lengthInMinutes
  }
  for (const name of ['title', 'slug'] as const) {
    if (!isNeeded(name)) continue
    const text = textOf(fields[name])
    if (text === null) return refuse(name, 'isString', 'must be a string')
    requested[name] = text
  }
  const { scheduleId } = fields
  if (scheduleId !== undefined && scheduleId !== null && !schedules.includes(Number(scheduleId))) {
    return refuse('scheduleId', 'isOwn', 'must be the number of a schedule of the user')
  }
  return { requested }
}
