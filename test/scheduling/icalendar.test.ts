// A booking as an iCalendar file: RFC 5545.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Booking, toICalendar } from '../../src/scheduling/index.ts'
import { smallAttendee, smallBooking } from './small-provider.ts'

const booking: Booking = {
  ...smallBooking('b1', Date.UTC(2026, 10, 27, 9), {
    createdAt: '2026-11-20T08:00:00Z',
    guests: ['guy@guests.example'],
  }),
  chain: 'chn_abc',
}

test('a whole event', () => {
  const text = toICalendar({
    ...booking,
    title: 'Coffee; tea, or\nwater',
    updatedAt: '2026-11-21T08:00:00Z',
    joinUrl: 'https://meet.example/1',
    attendees: [
      { ...smallAttendee('gil'), name: 'Guest, "Gil"' },
      { ...smallAttendee('ann'), email: null, phone: '+33 1 23', status: 'cancelled' },
    ],
  })
  assert.equal(
    text.replace(/\r\n /g, ''),
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Punctual//Punctual//EN',
      'BEGIN:VEVENT',
      'UID:chn_abc',
      'DTSTAMP:20261121T080000Z',
      'SEQUENCE:217411200',
      'DTSTART:20261127T090000Z',
      'DTEND:20261127T093000Z',
      'STATUS:CONFIRMED',
      'SUMMARY:Coffee\\; tea\\, or\\nwater',
      'CREATED:20261120T080000Z',
      'LAST-MODIFIED:20261121T080000Z',
      'LOCATION:https://meet.example/1',
      'URL:https://meet.example/1',
      'ORGANIZER;CN=Eve:mailto:eve@hosts.example',
      `ATTENDEE;CN="Guest, ^'Gil^'";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:gil@guests.example`,
      'ATTENDEE;CN=ann;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED:tel:+33123',
      'ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:guy@guests.example',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )
})

test('the status and the place are those of the booking', () => {
  const lines = (changes: Partial<Booking>) => toICalendar({ ...booking, ...changes }).split('\r\n')
  assert.ok(lines({ status: 'tentative' }).includes('STATUS:TENTATIVE'))
  assert.ok(lines({ status: 'cancelled' }).includes('STATUS:CANCELLED'))
  assert.ok(lines({ icalUid: 'u1@provider' }).includes('UID:u1@provider'))
  assert.ok(lines({ location: { kind: 'in_person', address: '1, High St' } }).includes('LOCATION:1\\, High St'))
  assert.ok(!lines({ location: { kind: 'unknown', raw: null } }).some((line) => line.startsWith('LOCATION')))
})

/** Reads the text of a property back, as a calendar program does. */
function read(file: string, name: string): string {
  const [, value = ''] =
    new RegExp(`^${name}(?:;[^:]*)?:(.*)$`, 'm').exec(file.replaceAll('\r\n ', '').replaceAll('\r', '')) ?? []
  return value.replace(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign))
}

const anyText = fc.string({ unit: 'binary', maxLength: 300 })

test('any text is folded within 75 bytes, between characters, and reads back as it was', () => {
  fc.assert(
    fc.property(anyText, (title) => {
      const file = toICalendar({ ...booking, title })
      for (const line of file.split('\r\n')) {
        assert.ok(Buffer.byteLength(line) <= 75)
        assert.ok(line.isWellFormed() && !/[^\P{Cc}]/u.test(line), line)
      }
      const expected = title
        .toWellFormed()
        .replace(/\r\n|\r|\n/g, '\n')
        .replace(/[^\P{Cc}\n]/gu, ' ')
      assert.equal(read(file, 'SUMMARY'), expected)
    }),
    { numRuns: 300 },
  )
})

test('no value from a provider adds a line of its own', () => {
  const evil = 'x\r\nATTENDEE:mailto:evil@x.example\r\n'
  const attendee = { ...smallAttendee('gil'), name: evil, email: evil }
  const file = toICalendar({
    ...{ ...booking, title: evil, icalUid: evil, joinUrl: `https://x.example/${evil}`, guests: [evil] },
    ...{ attendees: [attendee], location: { kind: 'text', text: evil } },
  })
  assert.ok(!file.split('\r\n').some((line) => line.startsWith('ATTENDEE:')))
})

test('what is not a booking is refused with a sentence', () => {
  for (const given of [undefined, null, 'x', {}, { start: booking.start, end: booking.end }])
    assert.throws(() => toICalendar(given as never), {
      code: 'invalid_argument',
      message: 'toICalendar: booking must be a booking, as the verbs return it.',
    })
})

test('a later revision has a greater sequence, also if it is moved', () => {
  const sequenceOf = (changes: Partial<Booking>) => Number(read(toICalendar({ ...booking, ...changes }), 'SEQUENCE'))
  const made = sequenceOf({})
  const changed = sequenceOf({ updatedAt: '2026-11-20T09:00:00Z' })
  const moved = sequenceOf({ createdAt: '2026-11-21T08:00:00Z', icalUid: 'u1' })
  assert.ok(0 < made && made < changed && changed < moved)
  assert.doesNotMatch(toICalendar({ ...booking, createdAt: null, updatedAt: null }), /SEQUENCE/)
})

test('a booking without times, as an event may have it, is refused with a sentence', () => {
  for (const changes of [{ start: '' }, { end: '' }, { start: '', end: '' }])
    assert.throws(() => toICalendar({ ...booking, ...changes }), {
      code: 'invalid_argument',
      message:
        'toICalendar: booking has no start and end, as that of an event that is not complete. Read it with "booking" first.',
    })
})
