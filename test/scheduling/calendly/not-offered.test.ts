// What Calendly does not offer is refused by its part of the model too. That its sandbox does not offer it either is shown in
// capabilities-are-true.test.ts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refused } from '../../typed/person.ts'
import { ada } from './ada.ts'

describe('Calendly: what it does not offer', () => {
  test('is refused by name', async (t) => {
    const { scheduling, connection, book } = await ada(t)
    const slot = { eventType: '', start: '', durationMinutes: null }
    await refused(() => scheduling.hold(connection, slot, null), 'not_supported', { reason: 'provider' })
    const booked = await book(0)
    const host = () => scheduling.markNoShow(connection, booked, { host: true }, true)
    await refused(host, 'not_supported', { reason: 'provider' })
    assert.equal(scheduling.reschedule, null)
  })
})
