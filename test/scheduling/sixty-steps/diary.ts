// What a host application keeps while it works with an account: event types, free times, bookings, and the events that it
// expects of them.

import assert from 'node:assert/strict'
import { type BookingEvent, PunctualError } from '../../../src/index.ts'
import type { Booking, BookingRequest, EventType } from '../../../src/scheduling/index.ts'
import type { Surroundings } from './steps.ts'

export interface Diary extends Surroundings {
  /** The event types by their short name. */
  readonly services: Map<string, EventType>
  /** Starts of free hours, each on a day of its own. */
  readonly free: string[]
  readonly bookings: Map<string, Booking>
  /** The types of the events that are expected, by chain. */
  readonly expected: Map<string, BookingEvent['type'][]>
}

export function createDiary(surroundings: Surroundings): Diary {
  return { ...surroundings, services: new Map(), free: [], bookings: new Map(), expected: new Map() }
}

export const dayMs = 86_400_000
export const gil = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
export const ann = { name: 'Ann Other', email: 'ann@guests.example', timeZone: 'America/New_York' }

/** The event type with that short name. */
export function service({ services }: Diary, slug: string): EventType {
  const found = services.get(slug)
  assert.ok(found, `there is no event type ${slug}`)
  return found
}

/** The booking that was kept under that name. */
export function kept({ bookings }: Diary, name: string): Booking {
  const found = bookings.get(name)
  assert.ok(found, `there is no booking ${name}`)
  return found
}

export function freeStart({ free }: Diary): string {
  const start = free.shift()
  assert.ok(start, 'no free day is left')
  return start
}

/** The next days, as many as given. */
export function days({ now }: Diary, count: number): { readonly from: Date; readonly to: Date } {
  return { from: new Date(now()), to: new Date(now() + count * dayMs) }
}

type Answers = NonNullable<BookingRequest['answers']>

/** The answers by the keys of the questions, from those by their labels. */
export function answersTo({ questions }: EventType, byLabel: Answers): Answers {
  const keyed = Object.entries(byLabel).map(([label, value]) => {
    const question = questions.find((one) => one.label === label)
    assert.ok(question, `there is no question ${label}`)
    return [question.key, value]
  })
  return Object.fromEntries(keyed)
}

/** Books with a key of that name, and keeps the booking under it. */
export async function book(
  diary: Diary,
  name: string,
  slug: string,
  more: Partial<BookingRequest> = {},
): Promise<Booking> {
  const start = more.start ?? freeStart(diary)
  const request = { eventType: service(diary, slug), attendee: gil, ...more, start }
  const made = await patiently(diary, () => diary.calendar.book(request, { key: name }))
  keep(diary, name, made)
  expect(diary, made, made.status === 'tentative' ? 'booking.requested' : 'booking.created')
  return made
}

/** Waits where the provider takes no more calls for now, and calls again. */
async function patiently<Result>({ advance }: Diary, call: () => Promise<Result>): Promise<Result> {
  for (;;)
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof PunctualError) || error.code !== 'rate_limited') throw error
      advance(error.retryAfterMs ?? 60_000)
    }
}

export function keep({ bookings }: Diary, name: string, booking: Booking): void {
  bookings.set(name, booking)
}

export function expect({ expected }: Diary, { chain }: Booking, ...types: BookingEvent['type'][]): void {
  expected.set(chain, [...(expected.get(chain) ?? []), ...types])
}
