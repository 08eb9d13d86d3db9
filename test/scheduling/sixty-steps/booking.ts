// Bookings: with a key, with answers, at every kind of place, in a group.

import assert from 'node:assert/strict'
import type { BookingRequest, LocationChoice } from '../../../src/scheduling/index.ts'
import { all, refused } from '../../typed/person.ts'
import { ann, answersTo, book, type Diary, dayMs, gil, kept, service } from './diary.ts'
import { mistake, type Step, step, stepIf } from './steps.ts'

const answers = { Company: 'Guests & Co', 'How did you find us?': 'A friend', Topics: ['Taxes', 'Audit'] }

/** A request for the service that has questions, with these answers. */
function consultation(diary: Diary, given: Record<string, string | string[]>): BookingRequest {
  const eventType = service(diary, 'consultation')
  return { eventType, start: diary.free[0] ?? '', attendee: gil, answers: answersTo(eventType, given) }
}

/** A booking of the service that takes place anywhere. */
function place(location: LocationChoice, more: Partial<BookingRequest> = {}): Step<Diary> {
  const { kind } = location
  return step(`book with the location ${kind}`, async (diary) => {
    const made = await book(diary, `at ${kind}`, 'where-you-like', { location, ...more })
    assert.equal(made.status, 'confirmed')
    return made
  })
}

export const booking: readonly Step<Diary>[] = [
  stepIf('keep a slot, and book it', { can: 'hold' }, async (diary) => {
    const slot = { eventType: service(diary, 'intro-call').id, start: diary.free[0] ?? '' }
    const hold = await diary.calendar.hold(slot, { forMs: 600_000 })
    await book(diary, 'held', 'intro-call', { hold })
    return hold
  }),
  step('book', async (diary) => {
    const made = await book(diary, 'intro', 'intro-call')
    assert.equal(made.status, 'confirmed')
    assert.match(made.joinUrl ?? '', /^https:/)
    assert.deepEqual(made.attendees[0]?.email, gil.email)
    return made
  }),
  step('book again with the same key, and get the same booking', async (diary) => {
    const { id, start } = kept(diary, 'intro')
    const request = { eventType: service(diary, 'intro-call').id, start: new Date(start), attendee: gil }
    const again = await diary.calendar.book(request, { key: 'intro' })
    assert.equal(again.id, id)
    return again
  }),
  mistake('use a key for another request', /key was used for another request/, (diary) =>
    diary.calendar.book(
      { eventType: service(diary, 'intro-call'), start: diary.free[0] ?? '', attendee: gil },
      { key: 'intro' },
    ),
  ),
  step('be refused a slot that is taken', async (diary) => {
    const { start } = kept(diary, 'intro')
    const request = { eventType: service(diary, 'intro-call'), start, attendee: ann }
    await refused(() => diary.calendar.book(request, { key: 'late' }), 'provider_refused', { reason: 'slot_taken' })
    const before = diary.requests()
    await refused(() => diary.calendar.book(request, { key: 'late' }), 'provider_refused', { reason: 'slot_taken' })
    assert.equal(diary.requests(), before, 'a refusal is kept')
  }),
  step('see that a taken slot is no longer offered', async (diary) => {
    const { start } = kept(diary, 'intro')
    const day = { from: start, to: new Date(Date.parse(start) + dayMs) }
    const slots = await all(diary.calendar.slots({ eventType: service(diary, 'intro-call'), ...day }))
    assert.ok(slots.every((slot) => slot.start !== start))
  }),
  mistake('leave out a required answer', /"How did you find us\?" must be answered/, (diary) =>
    diary.calendar.book(consultation(diary, { Company: 'Guests & Co' }), { key: 'q' }),
  ),
  mistake('choose what is not an option', /\(the answer to "Topics"\) must be a list with some of "Taxes"/, (diary) =>
    diary.calendar.book(consultation(diary, { ...answers, Topics: ['Weather'] }), { key: 'q' }),
  ),
  mistake('answer with a wrong kind of value', /\(the answer to "Company"\) must be a text/, (diary) =>
    diary.calendar.book(consultation(diary, { ...answers, Company: ['A', 'B'] }), { key: 'q' }),
  ),
  mistake('answer what is not asked', /answers\.shoe-size is not a question/, (diary) => {
    const request = consultation(diary, answers)
    return diary.calendar.book({ ...request, answers: { ...request.answers, 'shoe-size': '44' } }, { key: 'q' })
  }),
  step('book with answers, guests and a reference of our own', async (diary) => {
    const { answers: given } = consultation(diary, answers)
    const more = { answers: given, guests: ['friend@guests.example'], reference: 'order-17' }
    const made = await book(diary, 'answered', 'consultation', { ...more, attendee: ann })
    assert.deepEqual([made.reference, made.guests], [more.reference, more.guests])
    return made
  }),
  step('read the answers by the keys of the questions', async (diary) => {
    const found = await diary.calendar.booking(kept(diary, 'answered').id)
    // Several choices are a list, or one text with a line for each.
    const told = Object.fromEntries(found.answers.map(({ key, value }) => [key, [value].flat().join('\n')]))
    const given = answersTo(service(diary, 'consultation'), { ...answers, Topics: 'Taxes\nAudit' })
    assert.deepEqual(told, given)
    assert.deepEqual([found.reference, found.guests], ['order-17', ['friend@guests.example']])
    return found
  }),
  stepIf(
    'book another length',
    { can: 'book.chooseDuration', on: (diary) => service(diary, 'consultation') },
    async (diary) => {
      const { answers: given } = consultation(diary, answers)
      const made = await book(diary, 'long', 'consultation', { answers: given, durationMinutes: 60 })
      assert.equal(Date.parse(made.end) - Date.parse(made.start), 3_600_000)
      return made
    },
  ),
  stepIf('keep data of our own with a booking', { can: 'book.metadata' }, async (diary) => {
    const made = await book(diary, 'with data', 'intro-call', { metadata: { order: '17' } })
    assert.equal(made.metadata?.order, '17')
    return made
  }),
  stepIf(
    'bring a guest to a private talk',
    { can: 'book.guests', on: (diary) => service(diary, 'private-talk') },
    (diary) => book(diary, 'private', 'private-talk', { guests: ['friend@guests.example'] }),
  ),
  stepIf('book what is a series', { can: 'book', on: (diary) => service(diary, 'weekly-check-in') }, (diary) =>
    book(diary, 'weekly', 'weekly-check-in'),
  ),
  step('book what the host may have to confirm', async (diary) => {
    const location = { kind: 'attendee_decides', text: 'At the harbour' } as const
    const { needsApproval } = service(diary, 'on-request')
    const made = await book(diary, 'requested', 'on-request', { location })
    assert.equal(made.status, needsApproval ? 'tentative' : 'confirmed')
    return made
  }),
  place({ kind: 'video', service: 'teams' }),
  place({ kind: 'in_person' }),
  place({ kind: 'host_calls', phone: '+33123456789' }),
  place({ kind: 'attendee_calls' }),
  place({ kind: 'attendee_decides', text: 'At the harbour' }),
  mistake('choose a place that is not offered', /location must be one of the event type's locations: video/, (diary) =>
    diary.calendar.book(
      {
        eventType: service(diary, 'intro-call'),
        start: diary.free[0] ?? '',
        attendee: gil,
        location: { kind: 'in_person' },
      },
      { key: 'q' },
    ),
  ),
  mistake('say nothing of where, where it has to be said', /location must be/, (diary) =>
    diary.calendar.book(
      { eventType: service(diary, 'on-request'), start: diary.free[0] ?? '', attendee: gil },
      { key: 'q' },
    ),
  ),
]

export const groups: readonly Step<Diary>[] = [
  step('book a place in a group', async (diary) => {
    const made = await book(diary, 'group', 'workshop')
    assert.equal(made.attendees.length, 1)
    return made
  }),
  step('book a second place in it', async (diary) => {
    const { start } = kept(diary, 'group')
    const made = await book(diary, 'group of two', 'workshop', { start, attendee: ann })
    assert.equal(made.id, kept(diary, 'group').id)
    assert.deepEqual(made.attendees.map(({ email }) => email).sort(), [ann.email, gil.email])
    return made
  }),
  step('see how many places are left', async (diary) => {
    const { start } = kept(diary, 'group')
    const day = { from: start, to: new Date(Date.parse(start) + dayMs) }
    const slots = await all(diary.calendar.slots({ eventType: service(diary, 'workshop'), ...day }))
    assert.equal(slots.find((slot) => slot.start === start)?.seatsLeft, 3)
    return slots
  }),
]
