// Bookings are found, moved, cancelled and marked; and the events of all of it.

import assert from 'node:assert/strict'
import { type Booking, toICalendar } from '../../../src/scheduling/index.ts'
import { all } from '../../typed/person.ts'
import { ann, book, type Diary, dayMs, expect, freeStart, gil, keep, kept, service } from './diary.ts'
import { mistake, type Step, step, stepIf } from './steps.ts'

const idsOf = (bookings: readonly Booking[]) => bookings.map(({ id }) => id)

/** The bookings of the diary that the list has, by the names under which they are kept. */
async function named({ calendar, bookings }: Diary, query: Parameters<Diary['calendar']['bookings']>[0]) {
  const found = idsOf(await all(calendar.bookings(query)))
  return [...bookings].flatMap(([name, { id }]) => (found.includes(id) ? [name] : [])).sort()
}

export const finding: readonly Step<Diary>[] = [
  step('find the bookings of an attendee, whatever the case of the address', async (diary) => {
    assert.deepEqual(await named(diary, { attendee: 'ANN@Guests.Example' }), ['answered', 'group', 'group of two'])
  }),
  step('find the bookings of an event type', async (diary) => {
    assert.deepEqual(await named(diary, { eventType: service(diary, 'workshop') }), ['group', 'group of two'])
  }),
  step('find the bookings of a time', async (diary) => {
    const { start, end } = kept(diary, 'intro')
    assert.deepEqual(await named(diary, { from: start, to: end }), ['intro'])
    assert.deepEqual(await named(diary, { from: end, to: new Date(Date.parse(end) + 60_000) }), [])
  }),
  step('list every booking, oldest first', async ({ calendar, bookings }) => {
    const found = await all(calendar.bookings())
    const starts = found.map(({ start }) => start)
    assert.deepEqual(starts, starts.toSorted())
    for (const { id } of bookings.values()) assert.ok(idsOf(found).includes(id))
    return found
  }),
]

export const moving: readonly Step<Diary>[] = [
  step('move a booking, or learn where the attendee can', async (diary) => {
    const made = await book(diary, 'movable', 'intro-call')
    const can = diary.calendar.can('reschedule', made)
    const result = await diary.calendar.reschedule(made, { start: freeStart(diary) })
    assert.equal(result.outcome, can.yes ? 'moved' : 'attendee_has_to')
    if (result.outcome === 'attendee_has_to')
      assert.deepEqual([result.because, can.yes || can.instead?.url], [can, result.url])
    if (result.outcome !== 'moved') return result
    assert.deepEqual([result.booking.chain, result.booking.previousStart], [made.chain, made.start])
    expect(diary, made, 'booking.rescheduled')
    return result
  }),
  step('move a booking with answers, or book it again', async (diary) => {
    const old = kept(diary, 'answered')
    const start = freeStart(diary)
    const result = await diary.calendar.reschedule(old.id, { start }, { allow: 'rebook', key: 'move', reason: 'Ill' })
    if (result.outcome !== 'moved' && result.outcome !== 'rebooked') throw new Error(result.outcome)
    const { booking: made } = result
    assert.deepEqual([made.start, made.chain, made.reference], [start, old.chain, 'order-17'])
    expect(
      diary,
      old,
      ...(result.outcome === 'moved'
        ? ['booking.rescheduled' as const]
        : ['booking.created' as const, 'booking.cancelled' as const]),
    )
    keep(diary, 'answered, moved', made)
    return made
  }),
  step('move it again with the same key, which does nothing', async (diary) => {
    const [old, made] = [kept(diary, 'answered'), kept(diary, 'answered, moved')]
    const result = await diary.calendar.reschedule(old, { start: made.start }, { allow: 'rebook', key: 'move' })
    if (result.outcome !== 'moved' && result.outcome !== 'rebooked') throw new Error(result.outcome)
    assert.equal(result.booking.id, made.id)
    assert.deepEqual(
      await named(diary, { attendee: ann.email, status: 'confirmed' }).then((found) =>
        found.filter((name) => name.startsWith('answered')),
      ),
      ['answered, moved'],
    )
    return result.booking
  }),
  step('see both bookings in one chain', async (diary) => {
    const made = kept(diary, 'answered, moved')
    const old = await diary.calendar.booking(kept(diary, 'answered').id)
    assert.deepEqual([old.status, old.replacedBy, old.chain], ['cancelled', made.id, made.chain])
    assert.equal((await diary.calendar.booking(made.id)).replaces, old.id)
    return old
  }),
  step('see the answers in the new booking', async (diary) => {
    const { answers: given } = await diary.calendar.booking(kept(diary, 'answered, moved').id)
    assert.deepEqual(given, kept(diary, 'answered').answers)
    return given
  }),
  mistake('move a booking that was moved', /was moved: .* replaces it\. Reschedule that booking/, async (diary) =>
    diary.calendar.reschedule(
      { ...kept(diary, 'answered'), replacedBy: kept(diary, 'answered, moved').id },
      { start: diary.free[0] ?? '' },
      { allow: 'rebook' },
    ),
  ),
  step('let the attendee move a booking on the provider’s page', async (diary) => {
    const made = await book(diary, 'moved by Gil', 'intro-call')
    const start = freeStart(diary)
    await diary.moveAsGuest(made, start)
    expect(diary, made, 'booking.rescheduled')
    const old = await diary.calendar.booking(made.id)
    const next = await diary.calendar.booking(old.replacedBy ?? '')
    assert.deepEqual([next.start, next.chain, next.previousStart], [start, made.chain, made.start])
    return next
  }),
]

export const ending: readonly Step<Diary>[] = [
  stepIf(
    'cancel for one of two',
    { can: 'cancel.attendee', on: (diary) => kept(diary, 'group of two') },
    async (diary) => {
      const group = kept(diary, 'group of two')
      const left = await diary.calendar.cancel(group, { attendee: ann.email })
      expect(diary, group, 'booking.cancelled')
      assert.deepEqual([left.status, left.attendees.length], ['confirmed', 1])
      return left
    },
  ),
  step('cancel', async (diary) => {
    const cancelled = await diary.calendar.cancel(kept(diary, 'intro'), { reason: 'Ill' })
    assert.equal(cancelled.status, 'cancelled')
    expect(diary, cancelled, 'booking.cancelled')
    return cancelled
  }),
  step('cancel again, without harm', async (diary) => {
    const cancelled = await diary.calendar.cancel(kept(diary, 'intro').id, { key: 'once more' })
    assert.deepEqual([cancelled.status, cancelled.cancellation?.by], ['cancelled', 'host'])
    return cancelled
  }),
  step('find what was cancelled', async (diary) => {
    const found = await named(diary, { status: 'cancelled', attendee: gil.email })
    assert.ok(found.includes('intro') && !found.includes('at in_person'))
  }),
  step('see that the slot is offered again', async (diary) => {
    const { start } = kept(diary, 'intro')
    const day = { from: start, to: new Date(Date.parse(start) + dayMs) }
    const slots = await all(diary.calendar.slots({ eventType: service(diary, 'intro-call'), ...day }))
    assert.equal(slots[0]?.start, start)
  }),
  mistake('move what is cancelled', /is cancelled\. Book again instead/, (diary) =>
    diary.calendar.reschedule({ ...kept(diary, 'intro'), status: 'cancelled' }, { start: diary.free[0] ?? '' }),
  ),
  stepIf('cancel the rest of a series', { can: 'cancel.series', on: (diary) => kept(diary, 'at in_person') }, (diary) =>
    diary.calendar.cancel(kept(diary, 'at in_person'), { following: true }),
  ),
  step('mark the attendee, who did not come', async (diary) => {
    const met = kept(diary, 'at video')
    diary.advance(Date.parse(met.end) - diary.now())
    const marked = await diary.calendar.markNoShow(met, { attendee: 'GIL@guests.example' })
    assert.equal(marked.attendees[0]?.noShow, true)
    expect(diary, met, 'booking.no_show')
    return marked
  }),
  step('take the mark away', async (diary) => {
    const [attendee] = kept(diary, 'at video').attendees
    assert.ok(attendee)
    const marked = await diary.calendar.markNoShow(kept(diary, 'at video').id, { attendee }, { absent: false })
    assert.equal(marked.attendees[0]?.noShow, false)
    expect(diary, marked, 'booking.no_show_cleared')
    return marked
  }),
  stepIf('mark the host, who did not come', { can: 'noShow.host' }, (diary) =>
    diary.calendar.markNoShow(kept(diary, 'at video'), { host: true }),
  ),
  step('write a booking as a calendar file', async (diary) => {
    const met = kept(diary, 'at in_person')
    const file = toICalendar(met)
    assert.match(file, /^BEGIN:VCALENDAR\r\n/)
    assert.match(file, new RegExp(`DTSTART:${met.start.replaceAll(/[-:]/g, '')}\r\n`))
    assert.match(file, /STATUS:CONFIRMED\r\n/)
    return file
  }),
  step('receive the events of each chain, in order and once', async (diary) => {
    const { expected, events } = diary
    const count = [...expected.values()].flat().length
    const received = await events(count)
    const byChain = Map.groupBy(received, ({ booking: { chain } }) => chain)
    const types = [...byChain].map(([chain, of]) => [chain, of.map(({ type }) => type)] as const)
    assert.deepEqual(new Map(types), expected)
    assert.ok(received.every(({ complete, outOfOrder }) => complete && !outOfOrder))
    return received
  }),
]
