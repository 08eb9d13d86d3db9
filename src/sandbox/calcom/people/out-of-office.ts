// `/v2/me/ooo`: the days on which a person of Cal.com's is not there. They close the person's slots.

import type { Answer, Exchange, Refused } from '../../http/exchange.ts'
import type { OutOfOfficeRow } from '../../world/calcom-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import { assumedScope, type CalcomCall, type CalcomRoute, ownerOf } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { fieldsOf, invalidField, timeOf } from '../api/fields.ts'
import { readSkipTake } from '../api/paging.ts'
import { success } from '../api/success.ts'

const common = { guard: 'token', versions: 'any' } as const
const writes = { ...common, scope: assumedScope('SCHEDULE_WRITE') } as const

/** The endpoints of this resource. */
export const outOfOfficeRoutes: readonly CalcomRoute[] = [
  { ...common, method: 'GET', path: '/v2/me/ooo', scope: assumedScope('SCHEDULE_READ'), answer: list },
  { ...writes, method: 'POST', path: '/v2/me/ooo', answer: create },
  { ...writes, method: 'PATCH', path: '/v2/me/ooo/:id', answer: update },
  { ...writes, method: 'DELETE', path: '/v2/me/ooo/:id', answer: remove },
]

const reasons: readonly unknown[] = ['unspecified', 'vacation', 'travel', 'sick', 'public_holiday']

function list(call: CalcomCall): Answer {
  const { query } = call.exchange
  const read = readSkipTake(call.exchange)
  if ('refusal' in read) return read.refusal
  const { take, skip } = read
  const rows = Object.values(call.world.state.calcom.outOfOffice).filter((row) => row.user === ownerOf(call).id)
  const order = (name: string, by: (row: OutOfOfficeRow) => number): void => {
    const sign = query.get(name) === 'desc' ? -1 : 1
    if (query.has(name)) rows.sort((a, b) => (by(a) - by(b)) * sign)
  }
  order('sortEnd', (row) => row.endsAt)
  order('sortStart', (row) => row.startsAt)
  return success(rows.slice(skip, skip + take).map(resource))
}

function create(call: CalcomCall): Answer {
  const { world } = call
  const blank = { id: 0, uuid: '', user: ownerOf(call).id, startsAt: 0, endsAt: 0, notes: null, toUserId: null }
  const read = changed(call.exchange, { ...blank, reason: 'unspecified' }, ['start', 'end'])
  if ('refusal' in read) return read.refusal
  world.state.serial += 1
  const row = { ...read.row, id: 900_000 + world.state.serial, uuid: uuid(world.random(16)) }
  world.state.calcom.outOfOffice[row.id] = row
  world.changed()
  return success(resource(row), 201)
}

function update(call: CalcomCall): Answer {
  const found = find(call)
  if ('refusal' in found) return found.refusal
  const read = changed(call.exchange, found.row, [])
  if ('refusal' in read) return read.refusal
  Object.assign(found.row, read.row)
  call.world.changed()
  return success(resource(found.row))
}

function remove(call: CalcomCall): Answer {
  const found = find(call)
  if ('refusal' in found) return found.refusal
  delete call.world.state.calcom.outOfOffice[found.row.id]
  call.world.changed()
  return success(resource(found.row))
}

/** Returns the row with the body's changes, or 400. An absence covers whole days in UTC. */
function changed(
  exchange: Exchange,
  row: OutOfOfficeRow,
  required: readonly string[],
): { row: OutOfOfficeRow } | Refused {
  const fields = fieldsOf(exchange)
  const refuse = (property: string, constraint: string, sentence: string) => ({
    refusal: invalidField(exchange, fields, property, [constraint, sentence]),
  })
  const next = { ...row }
  for (const [name, field, hour] of [
    ['start', 'startsAt', '00:00:00.000Z'],
    ['end', 'endsAt', '23:59:59.999Z'],
  ] as const) {
    if (fields[name] === undefined && !required.includes(name)) continue
    const at = timeOf(fields[name])
    if (at === null) return refuse(name, 'isDateString', 'must be a valid ISO 8601 date string')
    next[field] = Date.parse(`${new Date(at).toISOString().slice(0, 10)}T${hour}`)
  }
  if (next.endsAt < next.startsAt) return refuse('end', 'isAfterStart', 'must not be before start')
  const { notes = row.notes, reason = row.reason, toUserId = row.toUserId } = fields
  if (notes !== null && typeof notes !== 'string') return refuse('notes', 'isString', 'must be a string')
  if (!reasons.includes(reason)) {
    return refuse('reason', 'isEnum', `must be one of the following values: ${reasons.join(', ')}`)
  }
  if (toUserId !== null && typeof toUserId !== 'number') return refuse('toUserId', 'isInt', 'must be an integer number')
  return { row: { ...next, notes, reason: String(reason), toUserId } }
}

function find(call: CalcomCall): { row: OutOfOfficeRow } | Refused {
  const row = ownProperty(call.world.state.calcom.outOfOffice, call.params.id)
  if (row?.user === ownerOf(call).id) return { row }
  const message = `Out of office entry with id ${call.params.id} not found.`
  return { refusal: apiError(call.exchange, 404, message, 'this person has no such entry') }
}

function resource(row: OutOfOfficeRow): object {
  const { id, uuid: name, notes, reason, toUserId } = row
  const iso = (at: number): string => new Date(at).toISOString()
  return {
    id,
    uuid: name,
    userId: Number(row.user),
    toUserId,
    start: iso(row.startsAt),
    end: iso(row.endsAt),
    notes,
    reason,
  }
}
