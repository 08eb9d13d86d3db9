// Which booking of a webhook is that of a rebooking under way: the very one that it asked for, or none.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import type { ProviderBooking } from '../../src/core/scheduling/provider.ts'
import { createBookingKeyRecords } from '../../src/records/booking-keys.ts'
import { createLinkToldRebooking } from '../../src/scheduling/told-rebooking.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { virtualClock } from '../store/fixtures.ts'
import { testKey } from '../support/host.ts'
import { plainBooking } from '../support/plain-scheduling.ts'
import { smallEventType } from './small-provider.ts'

const [start, previousStart] = ['2030-01-08T09:00:00Z', '2030-01-07T09:00:00Z']
const email = 'Gil@guests.example'

async function begin() {
  const [clock, store] = [virtualClock(), memory()]
  await store.open(clock)
  const keys = createBookingKeyRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
  const madeAt = clock.now()
  const link = createLinkToldRebooking({ keys, links: store.bookingLinks, clock })

  async function rebook(key: string, booking: string, changes: object = {}): Promise<void> {
    const request = { eventType: smallEventType({ id: 'et1' }), start, attendee: { name: 'Gil', email } }
    const plan = { kind: 'rebook', booking, chain: `chain of ${booking}`, request, previousStart, ...changes }
    const claimed = { connection: 'c1', key, verb: 'reschedule', requestDigest: 'd', request: JSON.stringify(plan) }
    await keys.claim({ ...claimed, verb: 'reschedule' }, 60_000)
    await keys.update('c1', key, 1, { step: 'booking', sentMsAgo: 0 })
  }

  return {
    store,
    rebook,
    told: (changes: Partial<ProviderBooking> = {}, at: number = madeAt, connection = 'c1') =>
      link(connection, plainBooking({ id: 'new', start, eventType: 'et1', attendees: [guest(email)], ...changes }), at),
  }
}

function guest(address: string | null): ProviderBooking['attendees'][number] {
  const nothing = { phone: null, timeZone: null, locale: null, manage: null }
  return { id: 'guest', name: 'Gil', email: address, status: 'confirmed', noShow: false, ...nothing }
}

test('the booking that a rebooking asked for is linked as its answer would link it', async () => {
  const { store, rebook, told } = await begin()
  assert.equal(await told(), null)
  await rebook('k', 'old')
  assert.equal(await told({ attendees: [guest('gil@guests.example')] }), 'chain of old')
  const links = await store.bookingLinks.of('c1', ['old', 'new'])
  const link = { connection: 'c1', chain: 'chain of old' }
  assert.deepEqual(
    links.sort((a, b) => (a.booking < b.booking ? -1 : 1)),
    [
      { ...link, booking: 'new', replaces: 'old', replacedBy: null, start },
      { ...link, booking: 'old', replaces: null, replacedBy: 'new', start: previousStart },
    ],
  )
})

test('any other booking is left alone', async () => {
  const { store, rebook, told } = await begin()
  await rebook('k', 'old')
  const others = {
    'another start': told({ start: previousStart }),
    'another attendee': told({ attendees: [guest('kim@guests.example')] }),
    'an attendee without an address': told({ attendees: [guest(null)] }),
    'no attendee': told({ attendees: [] }),
    'another event type': told({ eventType: 'et2' }),
    'an event type that is not told': told({ eventType: null }),
    'made before the request': told({}, Date.UTC(2020, 0, 1)),
    'of another connection': told({}, undefined, 'c2'),
    'the old one itself': told({ id: 'old' }),
  }
  for (const [what, chain] of Object.entries(others)) assert.equal(await chain, null, what)
  assert.deepEqual(await store.bookingLinks.of('c1', ['old', 'new']), [])
})

test('of two rebookings that fit, neither is chosen; of one booking, they are one', async () => {
  const { rebook, told } = await begin()
  await rebook('k1', 'old')
  await rebook('k2', 'old')
  assert.equal(await told(), 'chain of old')
  await rebook('k3', 'another')
  assert.equal(await told({ id: 'newer' }), null)
})

test('a native move under way is not a rebooking', async () => {
  const { rebook, told } = await begin()
  await rebook('k', 'old', { kind: 'move', start })
  assert.equal(await told(), null)
})

test('a key that cannot be opened hides no other, and is an error if none fits', async () => {
  const { store, rebook, told } = await begin()
  await rebook('k', 'old')
  await store.bookingKeys.claim(
    { connection: 'c1', key: 'damaged', verb: 'reschedule', requestDigest: 'd', request: 'damaged' },
    60_000,
  )
  await store.bookingKeys.update('c1', 'damaged', 1, { step: 'booking', sentMsAgo: 0 })
  assert.equal(await told(), 'chain of old')
  await assert.rejects(told({ id: 'other', start: previousStart }), { code: 'value_unreadable' })
})
