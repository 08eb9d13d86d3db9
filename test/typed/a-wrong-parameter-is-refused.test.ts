// A wrong parameter is refused before anything is sent, by one sentence: the function, the parameter, what to do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CalcomApi, calcomApi } from '../../src/providers/calcom/index.ts'
import { type CalendlyApi, calendlyApi } from '../../src/providers/calendly/index.ts'
import { refused } from './person.ts'
import { scripted } from './scripted.ts'

const api = 'https://api.calendly.com'
const eventType = `${api}/event_types/A`
const invitee = { email: 'gil@guests.example', timezone: 'UTC', name: 'Gil' }
const booking = { event_type: eventType, start_time: '2026-11-23T09:00:00Z', invitee }
const desired = {
  eventTypeId: 1,
  start: '2026-11-23T09:00:00Z',
  attendee: { name: 'Gil', timeZone: 'UTC', email: 'gil@guests.example' },
}

/** Values that a caller without types may pass. */
type Loose<Typed> = { readonly [Name in keyof Typed]: (...values: unknown[]) => never }

const wrongAtCalendly: [call: (typed: Loose<CalendlyApi>) => never, sentence: RegExp][] = [
  [(typed) => typed.user('EBHAAFHDCAEQTSEZ'), /^calendly.user: uri must be the whole URI of a user, .*\/users\/…/],
  [(typed) => typed.user(`${api}/event_types/A`), /whole URI of a user/],
  [(typed) => typed.scheduledEvent(`${api}/scheduled_events/A/invitees/B`), /whole URI of a scheduled event/],
  [(typed) => typed.invitee(`${api}/scheduled_events/A?x=/invitees/B`), /whole URI of an invitee/],
  [(typed) => typed.noShow(undefined), /whole URI of a no-show/],
  [(typed) => typed.organization('A'), /^calendly.organization: uri must be the whole URI of an organization/],
  [(typed) => typed.eventTypes({ user: 'A' }), /^calendly.eventTypes: user must be the whole URI of a user/],
  [(typed) => typed.eventTypes({ sort: 'name' }), /: sort must be one of name:asc, name:desc, /],
  [(typed) => typed.eventTypes({ count: 101 }), /: count must be a whole number, 1 to 100\.$/],
  [(typed) => typed.eventTypes({ active: 'yes' }), /: active must be true or false\.$/],
  [
    (typed) => typed.scheduledEvents({ stauts: 'active' }),
    /: stauts is not a parameter\. The parameters are user, .*, count\. For any other, call connection\.fetch\.$/,
  ],
  [
    (typed) => typed.scheduledEvents('active'),
    /^calendly.scheduledEvents: the argument must be an object of parameters\.$/,
  ],
  [(typed) => typed.scheduledEvents({ min_start_time: '2026-11-23 09:00' }), /: min_start_time must be an instant/],
  [(typed) => typed.scheduledEvents({ min_start_time: '2026-13-23T09:00:00Z' }), /: min_start_time must be an instant/],
  [(typed) => typed.scheduledEvents({ min_start_time: new Date(Number.NaN) }), /: min_start_time must be an instant/],
  [(typed) => typed.invitees('A'), /^calendly.invitees: event must be the whole URI of a scheduled event/],
  [(typed) => typed.availableTimes({}), /^calendly.availableTimes: event_type is missing. It must be the whole URI/],
  [(typed) => typed.availableTimes(), /: event_type is missing/],
  [(typed) => typed.cancel(`${api}/scheduled_events/A`, { reason: 'x'.repeat(10_001) }), /at most 10000 characters/],
  [
    (typed) => typed.book({ ...booking, invitee: { ...invitee, email: 'gil' } }),
    /: invitee\.email must be an e-mail address/,
  ],
  [
    (typed) => typed.book({ ...booking, invitee: { ...invitee, name: undefined } }),
    /^calendly.book: invitee must have a "name" or a "first_name"\.$/,
  ],
  [
    (typed) => typed.book({ ...booking, invitee: { ...invitee, nmae: '' } }),
    /: invitee\.nmae is not a parameter\. The parameters are email,/,
  ],
  [
    (typed) => typed.book({ ...booking, location: { kind: 'physical' } }),
    /: location must have a "location" for physical/,
  ],
  [(typed) => typed.book({ ...booking, location: { kind: 'moon' } }), /: location\.kind must be one of physical, /],
  [(typed) => typed.book({ ...booking, tracking: { utm_source: 1 } }), /: tracking\.utm_source must be a text or null/],
  [
    (typed) => typed.book({ ...booking, event_guests: Array(11).fill('a@b.c') }),
    /: event_guests must be a list of at most 10/,
  ],
  [(typed) => typed.bookingsOf(booking, {}), /^calendly.bookingsOf: since is missing. It must be an instant/],
  [(typed) => typed.bookingsOf({}, { since: new Date() }), /^calendly.bookingsOf: event_type is missing/],
  [(typed) => typed.createShare({ event_type: eventType, start_date: 'soon' }), /: start_date must be a day such as/],
  [
    (typed) => typed.createSchedulingLink({ owner: eventType, max_event_count: 2 }),
    /: max_event_count must be one of 1/,
  ],
  [
    (typed) => typed.createWebhookSubscription({ url: 'app', events: ['x'] }),
    /: url must be an address that begins with/,
  ],
  [
    (typed) => typed.createWebhookSubscription({ url: 'https://a.b', events: [] }),
    /: events must be a list that is not empty/,
  ],
  [(typed) => typed.webhookSubscriptions({ scope: 'all' }), /: scope must be one of user, organization, group/],
  [(typed) => typed.sampleWebhookData({}), /: event is missing. It must be a text that is not empty/],
]

const wrongAtCalcom: [call: (typed: Loose<CalcomApi>) => never, sentence: RegExp][] = [
  [(typed) => typed.updateMe({ timeFormat: 13 }), /^calcom.updateMe: timeFormat must be one of 12, 24\.$/],
  [
    (typed) => typed.decline('uid-1', { reason: 'Ill' }),
    /^calcom\.decline: options\.reason is not an option\. The options are deadlineMs, maxWaitMs, background, caller, .*\.$/,
  ],
  [(typed) => typed.eventTypes({}, { form: 'x' }), /^calcom\.eventTypes: options\.form is not an option\./],
  [(typed) => typed.me('soon'), /^calcom\.me: options must be an object with deadlineMs, /],
  [(typed) => typed.schedule('../me'), /^calcom.schedule: id must be a whole number, 1 or more\.$/],
  [(typed) => typed.createSchedule({ name: 'x', timeZone: 'UTC' }), /: isDefault is missing. It must be true or false/],
  [
    (typed) => typed.updateSchedule(1, { availability: [{ days: ['Monday'], startTime: '9', endTime: '17:00' }] }),
    /: availability\[0\]\.startTime must be a time such as 09:00\.$/,
  ],
  [(typed) => typed.eventTypes({ usernames: [] }), /: usernames must be a list that is not empty/],
  [
    (typed) => typed.slots({ eventTypeId: 1, start: 'soon', end: '2026-11-23' }),
    /: start must be a day such as 2026-11-23, or/,
  ],
  [(typed) => typed.reserveSlot({ eventTypeId: 1 }), /: slotStart is missing/],
  [(typed) => typed.booking('../me'), /^calcom.booking: uid must be a uid as Cal.com writes it/],
  [(typed) => typed.confirm(''), /^calcom.confirm: uid must be a uid/],
  [(typed) => typed.bookings({ status: ['active'] }), /: status\[0\] must be one of upcoming, recurring, /],
  [(typed) => typed.bookings({ take: 251 }), /: take must be a whole number, 1 to 250/],
  [
    (typed) => typed.book({ ...desired, eventTypeId: undefined }),
    /: eventTypeId is missing. It must be given, or "eventTypeSlug"/,
  ],
  [
    (typed) => typed.book({ ...desired, attendee: { name: 'Gil', timeZone: 'UTC' } }),
    /: attendee must have an "email" or a "phone/,
  ],
  [
    (typed) => typed.book({ ...desired, metadata: { ['x'.repeat(41)]: '' } }),
    /: metadata\S* must have at most 50 names/,
  ],
  [
    (typed) => typed.book({ ...desired, recurrenceCount: 3 }),
    /: recurrenceCount is not a parameter.* call connection\.fetch/,
  ],
  [(typed) => typed.reschedule('A', {}), /^calcom.reschedule: start is missing/],
  [(typed) => typed.markAbsent('A', {}), /^calcom.markAbsent: attendees is missing. It must be given, or "host"/],
  [
    (typed) => typed.markAbsent('A', { attendees: [] }),
    /^calcom.markAbsent: attendees must be a list that is not empty/,
  ],
  [(typed) => typed.releaseSlot('../me'), /^calcom.releaseSlot: reservationUid must be a uid/],
  [(typed) => typed.webhook('a/b'), /: id must be an id as Cal.com writes it/],
  [(typed) => typed.ofEventType('1'), /^calcom.ofEventType: id must be a whole number/],
  [
    (typed) => typed.createWebhook({ subscriberUrl: 'https://a.b', triggers: [''] }),
    /: triggers\[0\] must be a text that is not empty/,
  ],
  [(typed) => typed.bookingsOf(desired, { since: '2026-11-23' }), /^calcom.bookingsOf: since must be an instant/],
]

for (const [call, sentence] of wrongAtCalendly) {
  test(`Calendly: ${sentence.source}`, async () => {
    const connection = scripted('calendly')
    await refused(() => call(calendlyApi(connection) as unknown as Loose<CalendlyApi>), 'invalid_argument', {
      message: sentence,
    })
    assert.deepEqual(connection.asked, [])
  })
}

for (const [call, sentence] of wrongAtCalcom) {
  test(`Cal.com: ${sentence.source}`, async () => {
    const connection = scripted('calcom')
    await refused(() => call(calcomApi(connection) as unknown as Loose<CalcomApi>), 'invalid_argument', {
      message: sentence,
    })
    assert.deepEqual(connection.asked, [])
  })
}

test('a connection of another provider or of a removed client, or no connection, is refused', async () => {
  const made = async (make: () => unknown) => make()
  const own = () => made(() => calendlyApi(scripted('acme')))
  await refused(own, 'invalid_argument', {
    message: /^calendlyApi: connection must be a connection of "calendly"\. It is of "acme"/,
  })
  await refused(() => made(() => calcomApi(scripted('calendly'))), 'invalid_argument', { message: /of "calcom"/ })
  await refused(() => made(() => calcomApi(scripted(null))), 'invalid_argument', {
    message: /no longer among those of this process/,
  })
  await refused(() => made(() => calcomApi(undefined as never)), 'invalid_argument', {
    message: /It is not a connection/,
  })
})

test('no sentence repeats the wrong value', async () => {
  const connection = scripted('calendly')
  const wrong = { ...booking, invitee: { ...invitee, email: 'a-private-value' } }
  const error = await refused(() => calendlyApi(connection).book(wrong), 'invalid_argument')
  assert.doesNotMatch(`${error.message}${error.stack}`, /a-private-value/)
})

test('an instant with any offset is sent in UTC, and an undefined parameter is left out', async () => {
  const connection = scripted('calendly', { collection: [] })
  const query = {
    event_type: eventType,
    start_time: '2026-11-23T10:00:00+01:00',
    end_time: new Date(Date.UTC(2026, 10, 24)),
  }
  await calendlyApi(connection).availableTimes(query)
  const [, search] = connection.asked[0]?.split('?') ?? []
  assert.deepEqual(Object.fromEntries(new URLSearchParams(search)), {
    ...{ event_type: eventType, start_time: '2026-11-23T09:00:00.000Z', end_time: '2026-11-24T00:00:00.000Z' },
  })
  const list = scripted('calendly', { collection: [] })
  for await (const _ of calendlyApi(list).scheduledEvents({ user: undefined, status: undefined })) assert.fail()
  assert.deepEqual(list.asked, ['list /scheduled_events?user=https%3A%2F%2Fapi.calendly.com%2Fusers%2FME'])
})
