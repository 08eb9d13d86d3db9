// Creates, reads, changes and deletes Cal.com's schedules. A person who has changed nothing has an invented one.

import type { Answer, Refused } from '../../http/exchange.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { ScheduleRow } from '../../world/calcom-rows.ts'
import { type CalcomCall, type CalcomRoute, ownerOf } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { success } from '../api/success.ts'
import { defaultScheduleOf, officeWeek, schedulesOf } from '../resources/schedules-of.ts'
import { readSchedule } from './schedule-body.ts'

const common = { guard: 'token', versions: ['2024-06-11', '2024-06-14'] } as const
const reads = { ...common, method: 'GET', scope: 'SCHEDULE_READ' } as const
const writes = { ...common, scope: 'SCHEDULE_WRITE' } as const

/** The endpoints of this resource. */
export const scheduleRoutes: readonly CalcomRoute[] = [
  { ...writes, method: 'POST', path: '/v2/schedules', answer: create },
  { ...reads, path: '/v2/schedules', answer: list },
  { ...reads, path: '/v2/schedules/default', answer: readDefault },
  { ...reads, path: '/v2/schedules/:id', answer: read },
  { ...writes, method: 'PATCH', path: '/v2/schedules/:id', answer: update },
  { ...writes, method: 'DELETE', path: '/v2/schedules/:id', answer: remove },
]

function create(call: CalcomCall): Answer {
  const { world, exchange } = call
  const parsed = readSchedule(exchange, ['name', 'timeZone', 'isDefault'])
  if ('refusal' in parsed) return parsed.refusal
  const person = ownerOf(call)
  const empty = { name: '', timeZone: person.timeZone, isDefault: false, availability: officeWeek(), overrides: [] }
  const row: ScheduleRow = { id: nextId(call), ...empty, ...parsed.requested }
  keep(call, [...schedulesOf(world, person), row], row)
  return success(resource(person, row), 201)
}

function list(call: CalcomCall): Answer {
  const person = ownerOf(call)
  return success(schedulesOf(call.world, person).map((row) => resource(person, row)))
}

function readDefault(call: CalcomCall): Answer {
  const person = ownerOf(call)
  const row = defaultScheduleOf(call.world, person)
  return success(row === null ? null : resource(person, row))
}

function read(call: CalcomCall): Answer {
  const found = find(call, 404)
  return 'refusal' in found ? found.refusal : success(resource(ownerOf(call), found.row))
}

function update(call: CalcomCall): Answer {
  const found = find(call, 404)
  if ('refusal' in found) return found.refusal
  const parsed = readSchedule(call.exchange, [])
  if ('refusal' in parsed) return parsed.refusal
  const { row } = found
  // `false` is ignored: a schedule stops being the default only when another becomes it.
  const next = { ...row, ...parsed.requested, isDefault: row.isDefault || parsed.requested.isDefault === true }
  const rows = schedulesOf(call.world, ownerOf(call)).map((one) => (one.id === row.id ? next : one))
  keep(call, rows, next)
  return success(resource(ownerOf(call), next))
}

function remove(call: CalcomCall): Answer {
  const found = find(call, 400)
  if ('refusal' in found) return found.refusal
  const left = schedulesOf(call.world, ownerOf(call)).filter((one) => one.id !== found.row.id)
  keep(call, left, null)
  return success(undefined)
}

/** Keeps the person's schedules; the one that was just written may have become the default. */
function keep(call: CalcomCall, rows: readonly ScheduleRow[], written: ScheduleRow | null): void {
  const moved = written?.isDefault === true
  call.world.state.calcom.schedules[ownerOf(call).id] = rows.map((row) =>
    moved ? { ...row, isDefault: row.id === written.id } : row,
  )
  call.world.changed()
}

/** Finds a schedule of the caller; `absent` is the status if it does not exist. */
function find(call: CalcomCall, absent: 400 | 404): { row: ScheduleRow } | Refused {
  const { world, exchange, params } = call
  const person = ownerOf(call)
  const isRequested = (row: ScheduleRow): boolean => String(row.id) === params.id
  const row = schedulesOf(world, person).find(isRequested)
  if (row !== undefined) return { row }
  if (peopleOf(call).some((one) => schedulesOf(world, one).some(isRequested))) {
    const message = `User with ID=${person.id} does not own schedule with ID=${params.id}`
    return { refusal: apiError(exchange, 403, message, 'the schedule is another person’s') }
  }
  const message = `Schedule with ID=${params.id} does not exist.`
  return { refusal: apiError(exchange, absent, message, 'this schedule does not exist') }
}

/** Returns an id that was never used before: the serial number only grows. */
function nextId(call: CalcomCall): number {
  const { world } = call
  const taken = new Set(peopleOf(call).flatMap((one) => schedulesOf(world, one).map((row) => row.id)))
  do world.state.serial += 1
  while (taken.has(100_000 + world.state.serial))
  return 100_000 + world.state.serial
}

function peopleOf({ world }: CalcomCall): CalcomAccount[] {
  return world.state.accounts.filter((one) => one.provider === 'calcom')
}

function resource(person: CalcomAccount, row: ScheduleRow): object {
  const { id, name, timeZone, isDefault, availability, overrides } = row
  return { id, ownerId: Number(person.id), name, timeZone, isDefault, availability, overrides }
}
