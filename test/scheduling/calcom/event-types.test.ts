// Cal.com's event types, questions and schedules in the words of the model.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventType } from '../../../src/core/scheduling/model.ts'
import type { CalcomEventType } from '../../../src/providers/calcom/api/event-types.ts'
import { eventTypeOf } from '../../../src/providers/calcom/scheduling/event-type.ts'
import { answersOf, answersToSend, questionsOf } from '../../../src/providers/calcom/scheduling/questions.ts'
import { scheduleOf } from '../../../src/providers/calcom/scheduling/schedule.ts'

const bare: CalcomEventType = { id: 7, lengthInMinutes: 30, title: 'Intro', slug: 'intro' }

describe('an event type', () => {
  test('that says only what it must', () => {
    assert.deepEqual(eventTypeOf(bare), {
      id: '7',
      name: 'Intro',
      slug: 'intro',
      description: null,
      active: true,
      hidden: false,
      bookingUrl: null,
      durations: [30],
      owner: { kind: 'person', id: null, name: null },
      assignment: 'one',
      locations: [],
      questions: [],
      capacity: null,
      needsApproval: null,
      recurrence: null,
      price: null,
      limits: null,
      provider: 'calcom',
      raw: bare,
    })
  })

  const table: readonly [what: string, given: Partial<CalcomEventType>, expected: Partial<EventType>][] = [
    ['lengths', { lengthInMinutesOptions: [15, 30, 60] }, { durations: [30, 15, 60] }],
    ['no description', { description: '' }, { description: null }],
    ['a page', { bookingUrl: 'https://cal.com/ada/intro' }, { bookingUrl: 'https://cal.com/ada/intro' }],
    ['hidden', { hidden: true }, { hidden: true, active: true }],
    [
      'an owner',
      { ownerId: 101, users: [{ id: 99, name: 'Ben' }, { id: 101, name: 'Ada' }, 'Cid'] },
      { owner: { kind: 'person', id: '101', name: 'Ada' } },
    ],
    [
      'a team',
      { teamId: 5, team: { id: 5, name: 'Support' }, ownerId: null, schedulingType: 'roundRobin' },
      { owner: { kind: 'team', id: '5', name: 'Support' }, assignment: 'round_robin' },
    ],
    ['a collective', { schedulingType: 'collective' }, { assignment: 'collective' }],
    ['a word of tomorrow', { schedulingType: 'lottery' }, { assignment: 'lottery', active: true }],
    ['a template', { schedulingType: 'managed', teamId: 5 }, { assignment: 'managed', active: false }],
    ['a member of a template', { schedulingType: 'managed' }, { assignment: 'managed', active: true }],
    ['no seats', { seats: { disabled: true } }, { capacity: 1 }],
    ['seats', { seats: { seatsPerTimeSlot: 6, showAvailabilityCount: true } }, { capacity: 6 }],
    ['approval', { confirmationPolicy: { type: 'always' } }, { needsApproval: true }],
    ['no approval', { confirmationPolicy: { disabled: true } }, { needsApproval: false }],
    ['approval at short notice', { confirmationPolicy: { type: 'time' } }, { needsApproval: null }],
    [
      'recurrence',
      { recurrence: { interval: 2, occurrences: 10, frequency: 'weekly' } },
      { recurrence: { interval: 2, occurrences: 10, frequency: 'weekly' } },
    ],
    ['no recurrence', { recurrence: { disabled: true } }, { recurrence: null }],
    ['free', { price: 0, currency: 'usd' }, { price: null }],
    ['a price', { price: 2500, currency: 'eur' }, { price: { amount: 2500, currency: 'EUR' } }],
    [
      'limits',
      { minimumBookingNotice: 120, beforeEventBuffer: 0 },
      { limits: { noticeMinutes: 120, bufferBeforeMinutes: 0, bufferAfterMinutes: null } },
    ],
  ]
  for (const [what, given, expected] of table) {
    test(`with ${what}`, () => {
      const eventType = eventTypeOf({ ...bare, ...given })
      const named = Object.fromEntries(Object.keys(expected).map((name) => [name, eventType[name as keyof EventType]]))
      assert.deepEqual(named, expected)
    })
  }
})

describe('a question', () => {
  const types: readonly [type: string, expected: string, options: readonly string[] | null][] = [
    ['text', 'text', null],
    ['textarea', 'long_text', null],
    ['phone', 'phone', null],
    ['email', 'email', null],
    ['number', 'number', null],
    ['boolean', 'boolean', null],
    ['url', 'url', null],
    ['address', 'address', null],
    ['select', 'one_of', ['a', 'b']],
    ['radio', 'one_of', ['a', 'b']],
    ['multiselect', 'some_of', ['a', 'b']],
    ['checkbox', 'some_of', ['a', 'b']],
    ['multiemail', 'emails', null],
    ['signature', 'signature', null],
  ]
  for (const [type, expected, options] of types) {
    test(`of the type ${type}`, () => {
      const field = { type, slug: 'q', label: 'Q?', required: true, options: ['a', { label: 'B', value: 'b' }, 3] }
      assert.deepEqual(questionsOf([field]), [
        { key: 'q', label: 'Q?', type: expected, required: true, options, allowsOther: false },
      ])
    })
  }

  test('is neither hidden nor one of the fields that a booking has members for; the notes are a question', () => {
    const slugs = ['name', 'email', 'attendeePhoneNumber', 'location', 'title', 'guests', 'rescheduleReason']
    const defaults = slugs.map((slug) => ({ slug, isDefault: true, required: true, label: slug }))
    const hidden = { type: 'text', slug: 'secret', label: 'Secret', hidden: true }
    const notes = { field: 'notes', slug: 'notes', required: false, hidden: false }
    assert.deepEqual(questionsOf([...defaults, hidden, notes, { type: 'text' }]), [
      { key: 'notes', label: 'notes', type: 'long_text', required: false, options: null, allowsOther: false },
    ])
    assert.deepEqual(questionsOf(null), [])
  })
})

describe('answers', () => {
  const question = { key: 'q', label: 'Q?', type: 'text', required: true, options: null, allowsOther: false } as const

  test('are sent by the slug, typed, and come back alike', () => {
    const given = { topic: 'Tax', guests_expected: 3, agreed: true, days: ['Mon', 'Tue'] }
    const answers = Object.entries(given).map(([key, value]) => ({ key, value, question }))
    assert.deepEqual(answersToSend(answers), given)
    assert.deepEqual(
      answersOf(given),
      Object.entries(given).map(([key, value]) => ({ key, label: null, value })),
    )
  })

  test('come without the form’s own fields, and without those that are empty', () => {
    const own = { name: 'Gil', email: 'g@x.example', displayEmail: 'g@x.example', guests: [], title: 'T', location: {} }
    assert.deepEqual(answersOf({ ...own, notes: '', later: null, odd: { a: 1 }, mixed: ['a', 1] }), [
      { key: 'odd', label: null, value: '{"a":1}' },
      { key: 'mixed', label: null, value: '["a",1]' },
    ])
    assert.deepEqual(answersOf(undefined), [])
  })

  test('of a webhook have their label', () => {
    const responses = { name: { label: 'your_name', value: 'Gil' }, topic: { label: 'Topic', value: 'Tax' }, bare: 'x' }
    assert.deepEqual(answersOf(responses, true), [{ key: 'topic', label: 'Topic', value: 'Tax' }])
  })
})

describe('a schedule', () => {
  test('has the hours of each weekday, and those of dates', () => {
    const schedule = {
      id: 12,
      name: 'Working hours',
      timeZone: 'Europe/Paris',
      isDefault: true,
      availability: [
        { days: ['Monday', 'Friday'], startTime: '13:00', endTime: '17:00' },
        { days: ['Monday', 'Someday'], startTime: '09:00', endTime: '12:00' },
      ],
      overrides: [
        { date: '2026-12-24', startTime: '14:00', endTime: '15:00' },
        { date: '2026-12-24', startTime: '09:00', endTime: '12:00' },
        { date: '2026-12-25', startTime: '00:00', endTime: '00:00' },
      ],
    }
    const afternoon = { from: '13:00', to: '17:00' }
    const none: never[] = []
    assert.deepEqual(scheduleOf(schedule), {
      id: '12',
      name: 'Working hours',
      isDefault: true,
      timeZone: 'Europe/Paris',
      weekly: {
        monday: [{ from: '09:00', to: '12:00' }, afternoon],
        tuesday: none,
        wednesday: none,
        thursday: none,
        friday: [afternoon],
        saturday: none,
        sunday: none,
      },
      overrides: {
        '2026-12-24': [
          { from: '09:00', to: '12:00' },
          { from: '14:00', to: '15:00' },
        ],
        '2026-12-25': [],
      },
      provider: 'calcom',
      raw: schedule,
    })
  })
})
