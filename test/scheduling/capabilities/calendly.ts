// What shows that Calendly's facts are true.

import assert from 'node:assert/strict'
import { all } from '../../typed/person.ts'
import { type Proof, type Proofs, type RawCall, request, verb } from './proof.ts'
import { ann, gil, type Scene } from './scene.ts'

const user = ({ connection }: Scene) => encodeURIComponent(connection.account.id)
const listEventTypes: RawCall = (scene) => scene.send('GET', `/event_types?user=${user(scene)}`)
const listMeetings: RawCall = (scene) => scene.send('GET', `/scheduled_events?user=${user(scene)}`)
const sendBooking: RawCall = (scene) => scene.send('POST', '/invitees', {})
const cancelNothing: RawCall = (scene) => scene.send('POST', '/scheduled_events/AAAA/cancellation', {})
const markNobody: RawCall = (scene) => scene.send('POST', '/invitee_no_shows', {})
const readPerson: RawCall = (scene) => scene.send('GET', '/users/me')

async function organizationOf(scene: Scene): Promise<string> {
  const { resource } = await (await scene.send('GET', '/users/me')).json()
  return resource.current_organization
}

/** Subscribes to that event. */
function subscribeTo(event: string): RawCall {
  return async (scene) =>
    scene.send('POST', '/webhook_subscriptions', {
      url: 'https://app.example/hook',
      events: [event],
      organization: await organizationOf(scene),
      user: scene.connection.account.id,
      scope: 'user',
    })
}

/** The webhooks of bookings, of which one comes when this is done. */
function bookingEvents(event: string, change: (scene: Scene) => Promise<unknown>): Proof {
  return verb(
    async (scene) => {
      await scene.service('intro-call')
      return async (own) => {
        await own.punctual.webhooks.subscribe(own.connection, { bookings: true })
        await change(scene)
        assert.ok((await scene.webhooks()).includes(event))
      }
    },
    { 'users:read': readPerson, 'webhooks:write': subscribeTo(event), 'scheduled_events:read': subscribeTo(event) },
  )
}

/** Sends a booking with more members than the API takes, and returns the meetings that came of it. */
async function bookWith(scene: Scene, more: Readonly<Record<string, unknown>>) {
  const eventType = await scene.service('intro-call')
  const { start } = await scene.slot(eventType)
  const response = await scene.send('POST', '/invitees', {
    event_type: eventType.id,
    start_time: start,
    invitee: { name: gil.name, email: gil.email, timezone: gil.timeZone },
    location: { kind: 'zoom_conference' },
    ...more,
  })
  assert.equal(response.status, 201, await response.clone().text())
  return all(scene.calendar.bookings())
}

export const proofs: Proofs = {
  'eventTypes.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.eventTypes(),
    { 'event_types:read': listEventTypes },
  ),
  'eventTypes.write': {
    documented: (scene) => scene.send('POST', '/event_types', { name: 'New' }),
    scopes: ['event_types:write'],
  },
  'schedules.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.schedules(),
    {
      'availability:read': (scene) => scene.send('GET', `/user_availability_schedules?user=${user(scene)}`),
    },
  ),
  'schedules.write': {
    documented: (scene) => scene.send('PATCH', '/event_type_availability_schedules/AAAA', {}),
    scopes: ['availability:write'],
  },
  slots: verb(
    async (scene) => {
      const eventType = await scene.service('intro-call')
      const from = new Date(scene.host.clock.now())
      return ({ calendar }) => calendar.slots({ eventType, from, to: new Date(from.getTime() + 86_400_000) })
    },
    {
      // Which of the two it is, is not known: each is the one with a switch.
      'availability:read': readSlotsWith('availability:read'),
      'event_types:read': readSlotsWith('event_types:read'),
    },
  ),
  'slots.public': {
    refused: (scene) => scene.send('GET', '/event_type_available_times', null, { withoutToken: true }),
    status: 401,
  },
  hold: { refused: (scene) => scene.send('POST', '/event_type_available_times/holds', {}), status: 404 },
  book: verb(
    async (scene) => {
      const eventType = await scene.service('intro-call')
      const { start } = await scene.slot(eventType)
      return ({ calendar }) => calendar.book({ eventType, start, attendee: gil }, { key: 'one' })
    },
    { 'scheduled_events:write': sendBooking },
  ),
  'book.chooseDuration': {
    async ignored(scene) {
      const [booking] = await bookWith(scene, { duration: 240 })
      assert.equal(Date.parse(booking?.end ?? '') - Date.parse(booking?.start ?? ''), 1_800_000)
    },
  },
  'book.guests': verb(
    async (scene) => {
      const eventType = await scene.service('intro-call')
      const { start } = await scene.slot(eventType)
      return async ({ calendar }) => {
        const guests = ['friend@guests.example']
        const booking = await calendar.book({ eventType, start, attendee: gil, guests }, { key: 'one' })
        assert.deepEqual(booking.guests, guests)
      }
    },
    { 'scheduled_events:write': sendBooking },
  ),
  'book.metadata': {
    async ignored(scene) {
      const [booking] = await bookWith(scene, { metadata: { order: '17' } })
      assert.doesNotMatch(JSON.stringify(booking), /order/)
    },
  },
  'book.reference': verb(
    async (scene) => {
      const eventType = await scene.service('intro-call')
      const { start } = await scene.slot(eventType)
      return async ({ calendar }) => {
        const booking = await calendar.book({ eventType, start, attendee: gil, reference: 'order-17' }, { key: 'one' })
        assert.equal(booking.reference, 'order-17')
      }
    },
    { 'scheduled_events:write': sendBooking },
  ),
  'bookings.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.bookings(),
    { 'scheduled_events:read': listMeetings },
  ),
  reschedule: {
    refused: async (scene) => scene.send('POST', `${(await scene.book('intro-call')).id}/reschedule`, {}),
    status: 404,
  },
  cancel: verb(
    async (scene) => {
      const booking = await scene.book('intro-call')
      return async ({ calendar }) => assert.equal((await calendar.cancel(booking)).status, 'cancelled')
    },
    { 'scheduled_events:write': cancelNothing },
  ),
  'cancel.attendee': {
    async refused(scene) {
      const { attendees } = await scene.book('workshop')
      return scene.send('POST', `${attendees[0]?.id}/cancellation`, {})
    },
    status: 404,
  },
  'cancel.series': {
    async ignored(scene) {
      const first = await scene.book('weekly-check-in')
      const second = await scene.book('weekly-check-in', {}, 1)
      await scene.send('POST', `${first.id}/cancellation`, { following: true })
      assert.equal((await scene.calendar.booking(second.id)).status, 'confirmed')
    },
  },
  noShow: verb(
    async (scene) => {
      const booking = await scene.book('intro-call')
      scene.host.sandbox.clock.set(booking.end)
      return async ({ calendar }) => {
        const marked = await calendar.markNoShow(booking, { attendee: gil.email })
        assert.equal(marked.attendees[0]?.noShow, true)
      }
    },
    { 'scheduled_events:write': markNobody },
  ),
  'noShow.host': {
    refused: (scene) => scene.send('POST', '/invitee_no_shows', { user: scene.connection.account.id }),
    status: 400,
  },
  approval: {
    refused: async (scene) => scene.send('POST', `${(await scene.book('intro-call')).id}/confirm`, {}),
    status: 404,
  },
  recurrence: {
    async ignored(scene) {
      const found = await bookWith(scene, { recurrence: { frequency: 'weekly', occurrences: 4 } })
      assert.equal(found.length, 1)
    },
  },
  seats: verb(
    async (scene) => {
      const { id, start } = await scene.book('workshop')
      await scene.book('workshop', { start, attendee: ann })
      return async ({ calendar }) => {
        const booking = await calendar.booking(id)
        assert.deepEqual([booking.capacity, booking.attendees.length], [{ total: 5, taken: 2 }, 2])
      }
    },
    { 'scheduled_events:read': listMeetings },
  ),
  'forms.read': request(
    async (scene) =>
      scene.send('GET', `/routing_forms?organization=${encodeURIComponent(await organizationOf(scene))}`),
    ['routing_forms:read'],
  ),
  'events.booking': bookingEvents('invitee.created', (scene) => scene.book('intro-call')),
  'events.noShow': bookingEvents('invitee_no_show.created', async (scene) => {
    const booking = await scene.book('intro-call')
    scene.host.sandbox.clock.set(booking.end)
    await scene.calendar.markNoShow(booking, { attendee: gil.email })
  }),
  'events.eventType': verb(
    async () => (scene) => scene.punctual.webhooks.subscribe(scene.connection, ['event_type.created']),
    {
      'users:read': readPerson,
      'webhooks:write': subscribeTo('event_type.created'),
      'event_types:read': subscribeTo('event_type.created'),
    },
  ),
  'events.meeting': { refused: subscribeTo('meeting.started'), status: 400 },
  'events.payment': { refused: subscribeTo('invitee.paid'), status: 400 },
}

function readSlotsWith(scope: string): RawCall {
  return async (scene) => {
    await scene.set({ calendlyAvailableTimesScope: scope })
    return scene.send('GET', '/event_type_available_times')
  }
}
