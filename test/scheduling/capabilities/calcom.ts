// What shows that Cal.com's facts are true.

import assert from 'node:assert/strict'
import { type Proof, type Proofs, type RawCall, request, verb } from './proof.ts'
import { ann, gil, type Scene } from './scene.ts'

const listBookings: RawCall = ({ send }) => send('GET', '/v2/bookings')
const confirmNothing: RawCall = ({ send }) => send('POST', '/v2/bookings/none/confirm', {})
const markNobody: RawCall = ({ send }) => send('POST', '/v2/bookings/none/mark-absent', {})
const listWebhooks: RawCall = ({ send }) => send('GET', '/v2/webhooks')

function subscribeTo(...triggers: string[]): RawCall {
  return ({ send }) =>
    send('POST', '/v2/webhooks', { subscriberUrl: 'https://app.example/hook', triggers, active: true })
}

/** The webhooks of bookings, of which one comes when this is done. */
function bookingEvents(trigger: string, change: (scene: Scene) => Promise<unknown>): Proof {
  return verb(
    async (scene) => async (own) => {
      await own.punctual.webhooks.subscribe(own.connection, { bookings: true })
      await change(scene)
      assert.ok((await scene.webhooks()).includes(trigger))
    },
    { WEBHOOK_READ: listWebhooks, WEBHOOK_WRITE: subscribeTo(trigger) },
  )
}

/** A subscription to webhooks for which there is no event of ours. */
function rawEvents(...triggers: string[]): Proof {
  return verb(async () => (scene) => scene.punctual.webhooks.subscribe(scene.connection, triggers), {
    WEBHOOK_READ: listWebhooks,
    WEBHOOK_WRITE: subscribeTo(...triggers),
  })
}

/** Books a service, and looks at the booking. */
function booking(
  slug: string,
  more: Parameters<Scene['book']>[1],
  look: (booking: Awaited<ReturnType<Scene['book']>>) => void,
): Proof {
  return verb(async (scene) => {
    const eventType = await scene.service(slug)
    const { start } = await scene.slot(eventType)
    return async ({ calendar }) =>
      look(await calendar.book({ eventType, start, attendee: gil, ...more }, { key: 'one' }))
  })
}

/** Books a series by a request, and returns the uids of its bookings. */
async function bookSeries(scene: Scene): Promise<readonly string[]> {
  const eventType = await scene.service('weekly-check-in')
  const start = new Date(Date.parse((await scene.slot(await scene.service('intro-call'))).start))
  const attendee = { name: gil.name, email: gil.email, timeZone: gil.timeZone }
  const response = await scene.send('POST', '/v2/bookings', { eventTypeId: Number(eventType.id), start, attendee })
  assert.equal(response.status, 201, await response.clone().text())
  const { data } = await response.json()
  return data.map(({ uid }: { uid: string }) => uid)
}

/** Marks somebody absent at the end of a booking. */
function absent(who: { readonly attendee: string } | { readonly host: true }): Proof {
  return verb(
    async (scene) => {
      const booked = await scene.book('intro-call')
      scene.host.sandbox.clock.set(booked.end)
      return async ({ calendar }) => {
        const { attendees, hosts } = await calendar.markNoShow(booked, who)
        assert.equal('host' in who ? hosts[0]?.noShow : attendees[0]?.noShow, true)
      }
    },
    { BOOKING_WRITE: markNobody },
  )
}

export const proofs: Proofs = {
  'eventTypes.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.eventTypes(),
    {
      EVENT_TYPE_READ: ({ send }) => send('GET', '/v2/event-types'),
    },
  ),
  'eventTypes.write': request(
    ({ send }) => send('POST', '/v2/event-types', { title: 'New', slug: 'new', lengthInMinutes: 30 }),
    ['EVENT_TYPE_WRITE'],
  ),
  'schedules.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.schedules(),
    {
      SCHEDULE_READ: ({ send }) => send('GET', '/v2/schedules'),
    },
  ),
  'schedules.write': request(
    ({ send }) => send('POST', '/v2/schedules', { name: 'New', timeZone: 'Africa/Lagos', isDefault: false }),
    ['SCHEDULE_WRITE'],
  ),
  slots: verb(async (scene) => {
    const eventType = await scene.service('intro-call')
    const from = new Date(scene.host.clock.now())
    return ({ calendar }) => calendar.slots({ eventType, from, to: new Date(from.getTime() + 86_400_000) })
  }),
  'slots.public': request(async (scene) => {
    const { id } = await scene.service('intro-call')
    return scene.send('GET', `/v2/slots?eventTypeId=${id}&start=2026-11-23&end=2026-11-24`, null, {
      withoutToken: true,
    })
  }),
  hold: verb(async (scene) => {
    const slot = await scene.slot(await scene.service('intro-call'))
    return ({ calendar }) => calendar.hold(slot)
  }),
  book: booking('intro-call', {}, ({ status }) => assert.equal(status, 'confirmed')),
  'book.chooseDuration': booking(
    'consultation',
    { durationMinutes: 60, answers: { company: 'Guests & Co', 'found-us': 'Search' } },
    ({ start, end }) => assert.equal(Date.parse(end) - Date.parse(start), 3_600_000),
  ),
  'book.guests': booking('intro-call', { guests: ['friend@guests.example'] }, ({ guests }) =>
    assert.deepEqual(guests, ['friend@guests.example']),
  ),
  'book.metadata': booking('intro-call', { metadata: { order: '17' } }, ({ metadata }) =>
    assert.deepEqual(metadata, { order: '17' }),
  ),
  'book.reference': booking('intro-call', { reference: 'order-17' }, ({ reference }) =>
    assert.equal(reference, 'order-17'),
  ),
  'bookings.read': verb(
    async () =>
      ({ calendar }) =>
        calendar.bookings(),
    { BOOKING_READ: listBookings },
  ),
  reschedule: verb(async (scene) => {
    const booked = await scene.book('intro-call')
    const { start } = await scene.slot(await scene.service('intro-call'), 4)
    return async ({ calendar }) => assert.equal((await calendar.reschedule(booked, { start })).outcome, 'moved')
  }),
  cancel: verb(async (scene) => {
    const booked = await scene.book('intro-call')
    return async ({ calendar }) => assert.equal((await calendar.cancel(booked)).status, 'cancelled')
  }),
  'cancel.attendee': verb(async (scene) => {
    const { start } = await scene.book('workshop')
    const booked = await scene.book('workshop', { start, attendee: ann })
    return async ({ calendar }) => {
      const { status, attendees } = await calendar.cancel(booked, { attendee: ann.email })
      assert.deepEqual([status, attendees.map(({ email }) => email)], ['confirmed', [gil.email]])
    }
  }),
  'cancel.series': verb(async (scene) => {
    const [first, second = '', ...others] = await bookSeries(scene)
    return async ({ calendar }) => {
      await calendar.cancel(second, { following: true })
      const statuses = [first, second, ...others].map(async (uid) => (await calendar.booking(uid ?? '')).status)
      assert.deepEqual(await Promise.all(statuses), ['confirmed', 'cancelled', 'cancelled', 'cancelled'])
    }
  }),
  noShow: absent({ attendee: gil.email }),
  'noShow.host': absent({ host: true }),
  approval: {
    isVerb: false,
    async works(scene) {
      const location = { kind: 'attendee_decides', text: 'Here' } as const
      const { id, status } = await scene.book('on-request', { location })
      assert.equal(status, 'tentative')
      return async ({ send }) => {
        assert.equal((await send('POST', `/v2/bookings/${id}/confirm`, {})).status, 200)
        assert.equal((await scene.calendar.booking(id)).status, 'confirmed')
      }
    },
    scopes: { BOOKING_WRITE: confirmNothing },
  },
  recurrence: {
    isVerb: false,
    works: async (scene) => async () => assert.equal((await bookSeries(scene)).length, 4),
    scopes: {},
  },
  seats: verb(async (scene) => {
    const { start } = await scene.book('workshop')
    const { id } = await scene.book('workshop', { start, attendee: ann })
    return async ({ calendar }) => assert.equal((await calendar.booking(id)).attendees.length, 2)
  }),
  'forms.read': { refused: ({ send }) => send('GET', '/v2/routing-forms'), status: 404 },
  'events.booking': bookingEvents('BOOKING_CREATED', (scene) => scene.book('intro-call')),
  'events.noShow': bookingEvents('BOOKING_NO_SHOW_UPDATED', async (scene) => {
    const booked = await scene.book('intro-call')
    scene.host.sandbox.clock.set(booked.end)
    await scene.calendar.markNoShow(booked, { attendee: gil.email })
  }),
  'events.eventType': { refused: subscribeTo('EVENT_TYPE_CREATED'), status: 400 },
  'events.meeting': rawEvents('MEETING_STARTED', 'MEETING_ENDED'),
  'events.payment': rawEvents('BOOKING_PAID'),
}
