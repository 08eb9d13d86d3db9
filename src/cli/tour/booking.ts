// What a connection is for: bookings. The code is the same at both providers; what a provider lacks, the model says.

import type { Connection } from '../../connection.ts'
import type { Booking, EventType, Slot } from '../../core/scheduling/model.ts'
import type { Rescheduled } from '../../core/scheduling/requests.ts'
import type { Scheduling } from '../../core/scheduling/verbs.ts'
import { scheduling } from '../../scheduling/scheduling.ts'
import type { Call } from './recorder.ts'
import { code, expect, type Journey, withoutFields } from './steps.ts'

const weekMs = 7 * 86_400_000
const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

/** @throws {CliError} when anything is not as promised. */
export async function bookOnceAndMove(parts: Journey, connection: Connection): Promise<void> {
  const calendar = scheduling(connection)
  const [eventType, slots] = await choose(parts, calendar)
  const booking = await bookTwice(parts, calendar, eventType, slots[0]?.start ?? '')
  const moved = await move(parts, calendar, booking, slots.at(-1)?.start ?? '')
  await cancel(parts, calendar, moved)
}

async function choose(parts: Journey, calendar: Scheduling): Promise<[EventType, Slot[]]> {
  const { story, sandbox } = parts
  story.step('See what can be booked, and when')
  story.say(code('calendar = scheduling(connection)   // the same verbs at every provider'))
  story.say(code('calendar.eventTypes({ active: true })'))
  const eventTypes = await all(calendar.eventTypes({ active: true }))
  showRequests(parts)
  const eventType = eventTypes[0]
  expect(eventType, 'there is nothing to book')
  story.say(code('calendar.slots({ eventType, from: now, to: inAWeek })'))
  const from = sandbox.clock.now()
  const week = { from: new Date(from), to: new Date(from + weekMs) }
  const slots = await all(calendar.slots({ eventType, ...week }))
  showRequests(parts)
  expect(slots.length > 1, 'nothing is free within a week')
  story.done(`${eventTypes.length} event types. ${eventType.name} has ${slots.length} free times within a week.`)
  return [eventType, slots]
}

async function bookTwice(parts: Journey, calendar: Scheduling, eventType: EventType, start: string): Promise<Booking> {
  const { story } = parts
  story.step('Book once, though your app asks twice')
  story.say(code("calendar.book({ eventType, start, attendee }, { key: 'order-7' })   // twice"))
  const book = () => calendar.book({ eventType, start, attendee }, { key: 'order-7' })
  const [first, second] = [await book(), await book()]
  const posts = showRequests(parts).filter(({ method }) => method === 'POST')
  expect(first.id === second.id, 'one key has made two bookings')
  expect(posts.length === 1, `two calls with one key sent ${posts.length} bookings`)
  story.done(`Two calls, one request to book, one booking: ${first.start}, ${first.status}.`)
  return first
}

async function move(parts: Journey, calendar: Scheduling, booking: Booking, start: string): Promise<Booking> {
  const { story, client } = parts
  story.step('Move the booking')
  story.say(code('calendar.reschedule(booking, { start })'))
  let result = await calendar.reschedule(booking, { start })
  if (result.outcome === 'attendee_has_to') {
    showRequests(parts)
    const why = result.because.yes ? '' : (result.because.note ?? '')
    story.say(`outcome: attendee_has_to. ${why} Its address comes with the outcome.`)
    story.say(code("calendar.reschedule(booking, { start }, { allow: 'rebook' })"))
    result = await calendar.reschedule(booking, { start }, { allow: 'rebook' })
  }
  showRequests(parts)
  const after = bookingOf(result)
  expect(after?.start === start, `the booking was not moved: ${result.outcome}`)
  expect(after.chain === booking.chain && after.id !== booking.id, 'the moved booking has another chain')
  const { title } = client.provider
  const how = result.outcome === 'moved' ? `${title} has moved it` : 'Booked the new time, then cancelled the old one'
  story.done(`outcome: ${result.outcome}. ${how}: ${after.start}. Its id is new, its chain is the same.`)
  return after
}

function bookingOf(result: Rescheduled): Booking | null {
  return result.outcome === 'moved' || result.outcome === 'rebooked' ? result.booking : null
}

async function cancel(parts: Journey, calendar: Scheduling, booking: Booking): Promise<void> {
  const { story } = parts
  story.step('Cancel it')
  story.say(code("calendar.cancel(booking, { reason: 'Ill' })"))
  const { status } = await calendar.cancel(booking, { reason: 'Ill' })
  showRequests(parts)
  expect(status === 'cancelled', `the booking is ${status}, not cancelled`)
  const left = await all(calendar.bookings({ status: ['confirmed', 'tentative'] }))
  parts.recorder.take()
  expect(left.length === 0, `${left.length} bookings are left, not none`)
  story.done('Cancelled. Nothing is left in the calendar.')
}

/** Shows what was sent: of a read, its address alone. */
function showRequests({ recorder, story }: Journey): readonly Call[] {
  const calls = recorder.take()
  for (const call of calls) story.call(call.method === 'GET' ? withoutFields(call) : call)
  return calls
}

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}
