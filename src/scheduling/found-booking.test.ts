import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckedBooking, FoundBooking } from '../core/scheduling/provider.ts'
import { judgeFound } from './found-booking.ts'

const since = Date.parse('2026-11-23T10:00:00Z')
const before = '2026-11-23T09:54:00Z'
const after = '2026-11-23T09:56:00Z'
const request = { attendee: { email: 'ada@guests.example' } } as CheckedBooking

const found = (id: string, madeAt: string | null, status = 'confirmed') =>
  ({
    booking: { id, status, attendees: [{ email: 'Ada@guests.example', status: 'confirmed' }] },
    madeAt,
  }) as unknown as FoundBooking

const cases: [what: string, found: readonly FoundBooking[], judged: string][] = [
  ['nothing', [], 'none'],
  ['one made since the request, with five minutes for the clocks', [found('1', after)], '1'],
  ['one whose age does not count', [found('1', null)], '1'],
  ['one made since and an older one', [found('1', before), found('2', after)], '2'],
  ['two made since', [found('1', after), found('2', after)], 'found_several'],
  ['an older one that stands', [found('1', before)], 'found_earlier'],
  [
    'an older one that stands, and a newer one that is cancelled',
    [found('1', before), found('2', after, 'cancelled')],
    'found_earlier',
  ],
  ['an older one that is cancelled', [found('1', before, 'cancelled')], 'none'],
  ['one made since that is cancelled', [found('1', after, 'cancelled')], 'found_cancelled'],
]

for (const [what, bookings, judged] of cases) {
  test(`a look that finds ${what}: ${judged}`, () => {
    const outcome = judgeFound(bookings, request, since)
    const told = outcome.kind === 'done' ? outcome.booking.id : outcome.kind === 'doubt' ? outcome.doubt : outcome.kind
    assert.equal(told, judged)
  })
}
