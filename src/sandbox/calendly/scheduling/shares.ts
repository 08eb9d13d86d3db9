// `POST /shares`: a link for one booking of an event type, with settings of its own. Nothing of the sandbox opens it.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { hex } from '../../world/seal.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { type EventType, eventTypeById } from '../resources/event-types-of.ts'
import { uuidIn } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const shareRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/shares', scope: 'shares:write', answer: createShare },
]

const periods: readonly unknown[] = ['available_moving', 'moving', 'fixed', 'unlimited']

function createShare({ world, exchange, account }: CalendlyCall): Answer {
  const fields = bodyOf(exchange) ?? {}
  const id = typeof fields.event_type === 'string' ? uuidIn(world, fields.event_type, 'event_types') : null
  const found = id === null ? null : eventTypeById(world, id)
  if (id !== null && found === null) return notFound(exchange, 'this event type does not exist')
  const wrong = found === null ? 'event_type' : wrongField(fields, found.eventType)
  if (found === null || wrong !== null) {
    const detail = [{ parameter: wrong ?? 'event_type', message: 'is invalid' }]
    return invalidArgument(exchange, `${wrong} is not what the description of the API allows`, detail)
  }
  const { host, eventType } = found
  if (host.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the event type belongs to another organization')
  }
  const name = hex(world.random(4)).replace(/^(.{4})/, '$1-')
  const link = { booking_url: `https://calendly.com/d/${name}/${eventType.slug}`, owner: eventType.uri }
  const resource = {
    scheduling_links: [{ ...link, owner_type: 'EventType' }],
    share_override: overrideOf(fields, eventType),
  }
  return jsonAnswer(201, { resource })
}

/** The first field that the description forbids; those that only concern another system are not looked at. */
function wrongField(fields: Record<string, unknown>, eventType: EventType): string | null {
  const { name, duration, duration_options: options, period_type: period } = fields
  if (eventType.kind !== 'solo') return 'event_type'
  if (isGiven(name) && (typeof name !== 'string' || name.length > 55)) return 'name'
  const lengths: unknown[] = Array.isArray(options) ? options : [eventType.duration]
  if (isGiven(options)) {
    const isList = Array.isArray(options) && options.length > 0 && options.length <= 4
    if (!isList || new Set(lengths).size !== lengths.length || !lengths.every(isLength)) return 'duration_options'
  }
  if (isGiven(duration) && !lengths.includes(duration)) return 'duration'
  if (isGiven(period) && !periods.includes(period)) return 'period_type'
  if (period === 'fixed') {
    const missing = ['start_date', 'end_date'].find((one) => !/^\d{4}-\d\d-\d\d$/.test(String(fields[one])))
    if (missing !== undefined) return missing
  }
  const isMoving = period === 'moving' || period === 'available_moving'
  return isMoving && !Number.isInteger(fields.max_booking_time) ? 'max_booking_time' : null
}

/** What is not given is the event type's. */
function overrideOf(fields: Record<string, unknown>, eventType: EventType): object {
  const options = fields.duration_options ?? null
  const first: unknown = Array.isArray(options) ? options[0] : eventType.duration
  return {
    name: fields.name ?? eventType.name,
    duration: fields.duration ?? first,
    duration_options: options,
    period_type: fields.period_type ?? 'unlimited',
    start_date: fields.start_date ?? null,
    end_date: fields.end_date ?? null,
    max_booking_time: fields.max_booking_time ?? null,
    hide_location: fields.hide_location ?? false,
    location_configurations: fields.location_configurations ?? [],
    availability_rule: fields.availability_rule ?? null,
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isLength(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 720
}
