// Creates, lists, reads, changes and deletes Cal.com's webhooks, of a user and of an event type.
// An address may be used once per user, and once per event type.

import type { Answer, Refused } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import { isOnThisMachine } from '../../webhooks/address.ts'
import type { CalcomHookRow } from '../../world/calcom-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { readSkipTake } from '../api/paging.ts'
import { success } from '../api/success.ts'
import { eventTypeById } from '../resources/event-types-of.ts'

const common = { guard: 'token', versions: 'any' } as const
const reads = { ...common, method: 'GET', scope: 'WEBHOOK_READ' } as const
const ofType = '/v2/event-types/:eventTypeId/webhooks'
const typeWrites = { ...common, scope: 'WEBHOOK_WRITE' } as const

/** The endpoints of this resource. */
export const webhookRoutes: readonly CalcomRoute[] = [
  { ...common, method: 'POST', path: '/v2/webhooks', scope: 'WEBHOOK_WRITE', answer: create },
  { ...reads, path: '/v2/webhooks', answer: list },
  { ...reads, path: '/v2/webhooks/:id', answer: read },
  { ...common, method: 'PATCH', path: '/v2/webhooks/:id', scope: 'WEBHOOK_WRITE', answer: update },
  { ...common, method: 'DELETE', path: '/v2/webhooks/:id', scope: 'WEBHOOK_WRITE', answer: remove },
  { ...typeWrites, method: 'POST', path: ofType, answer: (call) => owned(call, create) },
  { ...reads, path: ofType, answer: (call) => owned(call, list) },
  { ...reads, path: `${ofType}/:id`, answer: (call) => owned(call, read) },
  { ...typeWrites, method: 'PATCH', path: `${ofType}/:id`, answer: (call) => owned(call, update) },
  { ...typeWrites, method: 'DELETE', path: `${ofType}/:id`, answer: (call) => owned(call, remove) },
  { ...typeWrites, method: 'DELETE', path: ofType, answer: (call) => owned(call, removeAll) },
]

/** Every trigger; the sandbox pulls those of bookings. */
const triggers: readonly string[] = [
  'BOOKING_CREATED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'FORM_SUBMITTED',
  'FORM_SUBMITTED_NO_EVENT',
  'MEETING_STARTED',
  'MEETING_ENDED',
  'RECORDING_READY',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'INSTANT_MEETING',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'ROUTING_FORM_FALLBACK_HIT',
  'DELEGATION_CREDENTIAL_ERROR',
  'WRONG_ASSIGNMENT_REPORT',
]

/** Serves the call if the caller owns the event type. */
function owned(call: CalcomCall, answer: (call: CalcomCall) => Answer): Answer {
  const { world, exchange, account, params } = call
  const found = eventTypeById(world, Number(params.eventTypeId))
  if (found === null) {
    const message = `IsUserEventTypeWebhookGuard - Event type (${params.eventTypeId}) not found`
    return apiError(exchange, 404, message, 'this event type does not exist')
  }
  if (found.host.id === account?.id) return answer(call)
  const message = `IsUserEventTypeWebhookGuard - User (${account?.id}) is not the owner of event type (${params.eventTypeId})`
  return apiError(exchange, 403, message, 'the event type is another person’s')
}

function create(call: CalcomCall): Answer {
  const { world, exchange, account } = call
  const fields = fieldsOf(exchange)
  for (const name of ['subscriberUrl', 'triggers', 'active']) {
    if (fields[name] === undefined)
      return invalidField(exchange, fields, name, ['isDefined', 'should not be undefined'])
  }
  const row: CalcomHookRow = {
    id: '',
    client: exchange.note.client ?? '',
    user: account?.id ?? '',
    url: '',
    triggers: [],
    active: true,
    payloadTemplate: null,
    secret: null,
    eventTypeId: placeOf(call),
  }
  const refused = change(call, row, fields)
  if (refused !== null) return refused
  row.id = uuid(world.random(16))
  world.state.calcom.hooks[row.id] = row
  world.changed()
  return success(resource(row), 201)
}

function list(call: CalcomCall): Answer {
  const { world, exchange } = call
  const read = readSkipTake(exchange)
  if ('refusal' in read) return read.refusal
  const { take, skip } = read
  const rows = Object.values(world.state.calcom.hooks).filter((row) => isHere(call, row))
  return success(rows.slice(skip, skip + take).map(resource))
}

function read(call: CalcomCall): Answer {
  const found = find(call)
  return 'refusal' in found ? found.refusal : success(resource(found.row))
}

function update(call: CalcomCall): Answer {
  const found = find(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  const next = { ...row }
  const refused = change(call, next, fieldsOf(call.exchange))
  if (refused !== null) return refused
  Object.assign(row, next)
  call.world.changed()
  return success(resource(row))
}

function remove(call: CalcomCall): Answer {
  const found = find(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  delete call.world.state.calcom.hooks[row.id]
  call.world.changed()
  return success(resource(row))
}

function removeAll(call: CalcomCall): Answer {
  const { hooks } = call.world.state.calcom
  const rows = Object.values(hooks).filter((row) => isHere(call, row))
  for (const row of rows) delete hooks[row.id]
  call.world.changed()
  return success(`${rows.length} webhooks deleted`)
}

/** Copies the given fields into the row; returns the refusal if one is wrong. */
function change({ world, exchange }: CalcomCall, row: CalcomHookRow, fields: Record<string, unknown>): Answer | null {
  const wrong = (name: string, constraint: string, sentence: string): Answer =>
    invalidField(exchange, fields, name, [constraint, sentence])
  const { subscriberUrl, triggers: wanted, active, payloadTemplate, secret, version } = fields
  if (subscriberUrl !== undefined) {
    const url = textOf(subscriberUrl)
    if (url === null || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      return wrong('subscriberUrl', 'isUrl', 'must be a URL address')
    }
    if (world.state.switches.calcomWebhookUrlFilter && isOnThisMachine(url)) {
      const message = 'Webhook URL is not allowed: it leads to a private address'
      return apiError(exchange, 400, message, 'the switch calcomWebhookUrlFilter keeps webhooks off this machine')
    }
    const taken = Object.values(world.state.calcom.hooks).some(
      (one) => one.id !== row.id && one.user === row.user && one.eventTypeId === row.eventTypeId && one.url === url,
    )
    if (taken) {
      const owner = row.eventTypeId === null ? 'user' : 'event type'
      const message = `Webhook with this subscriber url already exists for this ${owner}`
      return apiError(exchange, 409, message, `this ${owner} already has a webhook with this address`)
    }
    row.url = url
  }
  if (wanted !== undefined) {
    const names = Array.isArray(wanted) ? wanted.map(String) : []
    if (names.length === 0 || names.some((one) => !triggers.includes(one))) {
      return wrong('triggers', 'isEnum', 'must be one of the triggers')
    }
    row.triggers = names
  }
  if (active !== undefined) {
    if (typeof active !== 'boolean') return wrong('active', 'isBoolean', 'must be a boolean value')
    row.active = active
  }
  if (version !== undefined && version !== '2021-10-20') {
    return wrong('version', 'isEnum', 'must be one of the following values: 2021-10-20')
  }
  if (payloadTemplate !== undefined) row.payloadTemplate = textOf(payloadTemplate)
  if (secret !== undefined) row.secret = textOf(secret)
  return null
}

function find(call: CalcomCall): { row: CalcomHookRow } | Refused {
  const { world, exchange, account, params } = call
  const refuse = (status: number, message: string, why: string) => ({
    refusal: apiError(exchange, status, message, why),
  })
  const row = ownProperty(world.state.calcom.hooks, params.id)
  if (row === undefined) return refuse(404, `Webhook (${params.id}) not found`, 'this webhook does not exist')
  if (isHere(call, row)) return { row }
  const type = placeOf(call)
  if (type === null) {
    const message = `IsUserWebhookGuard - user with id=(${account?.id}) is not the owner of webhook with id=(${row.id})`
    return refuse(403, message, 'the webhook is another person’s, or one of an event type')
  }
  const guard = `IsUserEventTypeWebhookGuard - Webhook (${row.id}) is not associated with`
  return row.eventTypeId === null
    ? refuse(400, `${guard} an event type`, 'the webhook is one of the user')
    : refuse(403, `${guard} event type (${type})`, 'the webhook is one of another event type')
}

/** Whether the webhook belongs to the place that the path names: the user, or one event type. */
function isHere(call: CalcomCall, row: CalcomHookRow): boolean {
  return row.user === call.account?.id && row.eventTypeId === placeOf(call)
}

function placeOf({ params }: CalcomCall): number | null {
  return params.eventTypeId === undefined ? null : Number(params.eventTypeId)
}

/** The id is a text, whatever the API's description says. */
function resource(row: CalcomHookRow): object {
  return {
    id: row.id,
    ...(row.eventTypeId === null ? { userId: Number(row.user) } : { eventTypeId: row.eventTypeId }),
    triggers: row.triggers,
    subscriberUrl: row.url,
    active: row.active,
    payloadTemplate: row.payloadTemplate,
    time: null,
    timeUnit: null,
    version: '2021-10-20',
    ...(row.secret === null ? {} : { secret: row.secret }),
  }
}
