// What a cancelled booking at Calendly rules out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulingAt } from '../../../src/providers/calendly/scheduling.ts'
import { smallBooking } from '../small-provider.ts'

const { limit } = schedulingAt('https://api.calendly.com')
const booking = { ...smallBooking('b1', 0, { status: 'cancelled' }), chain: 'chn_1' }

test('it can neither be moved nor missed, and can be cancelled again', () => {
  const cannot = { yes: false, because: 'booking', note: 'It has been cancelled.' }
  assert.deepEqual([limit('reschedule', booking, 1), limit('noShow', booking, 1)], [cannot, cannot])
  assert.equal(limit('cancel', booking, 1), null)
})
