// A scope that differs from a known one by an "s" alone is a slip, and is refused when the client is made.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calcom, calendly } from '../../src/providers/index.ts'

const app = { clientId: 'app', clientSecret: 'secret' }

test('a misspelt scope is refused with the right one', () => {
  assert.throws(
    () => calendly({ ...app, scopes: ['user:read'] }),
    /scopes\[0\] "user:read" is not a scope of Calendly\. It is "users:read"/,
  )
  assert.throws(() => calcom({ ...app, scopes: ['PROFILE_READ', 'BOOKINGS_READ'] }), /It is "BOOKING_READ"/)
})

test('a scope that is not known may be a new one', () => {
  assert.deepEqual(calendly({ ...app, scopes: ['users:read', 'dreams:read'] }).scopes, ['users:read', 'dreams:read'])
})
