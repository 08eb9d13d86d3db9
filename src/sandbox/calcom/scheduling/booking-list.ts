// `GET /v2/bookings`: the host's own, by filters, in pages of `take` after `skip`, or by cursor from version 2026-05-01
// on; and one booking by its uid.

import { type Answer, type Exchange, jsonAnswer, type Refused } from '../../http/exchange.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import { base64url } from '../../world/seal.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { invalidField, timeOf } from '../api/fields.ts'
import { readSkipTake } from '../api/paging.ts'
import { success } from '../api/success.ts'
import { bookingResource } from '../resources/booking-resource.ts'
import { bookingVersions, findBooking, seriesOf } from './find-booking.ts'

/** The version that pages by cursor. */
const byCursor = '2026-05-01'

const common = { method: 'GET', versions: bookingVersions } as const

/** The endpoints of this resource that read. */
export const bookingListRoutes: readonly CalcomRoute[] = [
  {
    ...common,
    path: '/v2/bookings',
    guard: 'permissions',
    scope: 'BOOKING_READ',
    versions: [...bookingVersions, byCursor],
    answer: list,
  },
  { ...common, path: '/v2/bookings/:uid', guard: 'public', scope: null, answer: read },
]

function read(call: CalcomCall): Answer {
  const found = findBooking(call)
  if ('refusal' in found) return found.refusal
  const { row } = found
  if (row.recurringUid !== call.params.uid) return success(bookingResource(call.world, row))
  return success(seriesOf(call, row).map((one) => bookingResource(call.world, one)))
}

type Test = (row: BookingRow, now: number) => boolean

const statuses: Record<string, Test> = {
  upcoming: (row, now) => row.endsAt >= now && (row.status === 'accepted' || row.status === 'pending'),
  recurring: (row, now) => row.recurringUid !== null && row.endsAt >= now && row.status === 'accepted',
  past: (row, now) => row.endsAt < now && (row.status === 'accepted' || row.status === 'pending'),
  cancelled: (row) => row.status === 'cancelled' || row.status === 'rejected',
  unconfirmed: (row, now) => row.status === 'pending' && row.endsAt >= now,
}

const moments: Record<string, (row: BookingRow, at: number) => boolean> = {
  afterStart: (row, at) => row.startsAt >= at,
  beforeEnd: (row, at) => row.endsAt <= at,
  afterCreatedAt: (row, at) => row.createdAt >= at,
  beforeCreatedAt: (row, at) => row.createdAt <= at,
  afterUpdatedAt: (row, at) => row.updatedAt >= at,
  beforeUpdatedAt: (row, at) => row.updatedAt <= at,
}

const orders: Record<string, (row: BookingRow) => number> = {
  sortStart: (row) => row.startsAt,
  sortEnd: (row) => row.endsAt,
  sortCreated: (row) => row.createdAt,
  sortUpdatedAt: (row) => row.updatedAt,
}

function list({ world, exchange, account }: CalcomCall): Answer {
  const { query, now } = exchange
  const fields = Object.fromEntries(query)
  const isByCursor = exchange.headers.get('cal-api-version') === byCursor
  if (isByCursor && query.get('status')?.includes(',')) {
    return invalidField(exchange, fields, 'status', ['isIn', 'must be one status'])
  }
  const filters = testsOf(exchange, fields)
  if ('refusal' in filters) return filters.refusal
  const rows = Object.values(world.state.calcom.bookings)
    .filter((row) => row.host === account?.id && filters.tests.every((test) => test(row, now)))
    .sort(filters.order)
  const cut = isByCursor ? cutAtCursor(exchange, fields, rows) : cutBySkip(exchange, rows)
  if ('refusal' in cut) return cut.refusal
  const data = cut.page.map((row) => bookingResource(world, row, true))
  return jsonAnswer(200, { status: 'success', data, pagination: cut.pagination })
}

type Cut = { readonly page: readonly BookingRow[]; readonly pagination: object } | Refused

function cutBySkip(exchange: Exchange, rows: readonly BookingRow[]): Cut {
  const read = readSkipTake(exchange, 100)
  if ('refusal' in read) return read
  const { take, skip } = read
  const page = rows.slice(skip, skip + take)
  const pagination = {
    returnedItems: page.length,
    totalItems: rows.length,
    itemsPerPage: take,
    remainingItems: Math.max(0, rows.length - skip - page.length),
    currentPage: Math.floor(skip / take) + 1,
    totalPages: Math.ceil(rows.length / take),
    hasNextPage: skip + page.length < rows.length,
    hasPreviousPage: skip > 0,
  }
  return { page, pagination }
}

/** A cursor names the last booking of the page before, for the sandbox alone. */
function cutAtCursor(exchange: Exchange, fields: Record<string, string>, rows: readonly BookingRow[]): Cut {
  const limit = Number(fields.limit ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return { refusal: invalidField(exchange, fields, 'limit', ['max', 'must be a number from 1 to 100']) }
  }
  const { cursor } = fields
  const uid = Buffer.from(cursor ?? '', 'base64url').toString()
  const last = rows.findIndex((row) => row.uid === uid)
  if (cursor !== undefined && last < 0) {
    return { refusal: invalidField(exchange, fields, 'cursor', ['isCursor', 'must be the nextCursor of a page']) }
  }
  const page = rows.slice(last + 1, last + 1 + limit)
  const hasMore = last + 1 + limit < rows.length
  const nextCursor = hasMore ? base64url(Buffer.from(page.at(-1)?.uid ?? '')) : null
  return { page, pagination: { hasMore, nextCursor } }
}

function testsOf(
  exchange: Exchange,
  fields: Record<string, string>,
): { tests: Test[]; order: (a: BookingRow, b: BookingRow) => number } | Refused {
  const tests: Test[] = []
  let order = (a: BookingRow, b: BookingRow): number => a.startsAt - b.startsAt || a.id - b.id
  const refuse = (name: string, sentence: string) => ({
    refusal: invalidField(exchange, fields, name, ['isValid', sentence]),
  })
  for (const [name, value] of exchange.query) {
    if (name === 'status') {
      const wanted = value.split(',').map((one) => (Object.hasOwn(statuses, one) ? statuses[one] : undefined))
      if (wanted.includes(undefined)) return refuse(name, `must be one of ${Object.keys(statuses).join(', ')}`)
      tests.push((row, now) => wanted.some((test) => test?.(row, now)))
    }
    const moment = Object.hasOwn(moments, name) ? moments[name] : undefined
    if (moment !== undefined) {
      const at = timeOf(value)
      if (at === null) return refuse(name, 'must be a valid ISO 8601 date string')
      tests.push((row) => moment(row, at))
    }
    const by = Object.hasOwn(orders, name) ? orders[name] : undefined
    if (by !== undefined) {
      if (value !== 'asc' && value !== 'desc') return refuse(name, 'must be either asc or desc')
      order = (a, b) => (by(a) - by(b) || a.id - b.id) * (value === 'desc' ? -1 : 1)
    }
    if (name === 'attendeeEmail') tests.push((row) => row.attendees.some((one) => one.email === value))
    if (name === 'attendeeName') tests.push((row) => row.attendees.some((one) => one.name === value))
    if (name === 'bookingUid') tests.push((row) => row.uid === value)
    if (name === 'eventTypeId' || name === 'eventTypeIds') {
      tests.push((row) => value.split(',').includes(String(row.eventTypeId)))
    }
    if (name === 'teamId' || name === 'teamsIds' || name === 'teamIds') tests.push(() => false)
  }
  return { tests, order }
}
