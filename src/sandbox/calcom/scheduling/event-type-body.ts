// Reads the body of an event type that is made or changed; fields that the API does not know are dropped without a word.

import type { Exchange, Refused } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { defaultFields } from '../resources/event-types-of.ts'

/** The fields that somebody may set. */
export type EventTypeFields = Partial<Omit<EventTypeRow, 'id' | 'fields'>> & Pick<EventTypeRow, 'fields'>

/** Answered, but not to be set by hand. */
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

/** The requested, or 400; `required` names the fields that must be there. Of the other fields the shape is not looked at. */
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
  const isAsked = (name: string): boolean => required.includes(name) || fields[name] !== undefined
  if (isAsked('lengthInMinutes')) {
    const { lengthInMinutes } = fields
    if (typeof lengthInMinutes !== 'number') return refuse('lengthInMinutes', 'isInt', 'must be an integer number')
    if (!Number.isInteger(lengthInMinutes)) return refuse('lengthInMinutes', 'isInt', 'must be an integer number')
    if (lengthInMinutes < 1) return refuse('lengthInMinutes', 'min', 'must not be less than 1')
    requested.lengthInMinutes = lengthInMinutes
  }
  for (const name of ['title', 'slug'] as const) {
    if (!isAsked(name)) continue
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
