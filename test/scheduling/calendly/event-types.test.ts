// Calendly's event types, questions, schedules, slots and person, as the model has them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventTypeOf } from '../../../src/providers/calendly/scheduling/event-type.ts'
import { personOf } from '../../../src/providers/calendly/scheduling/person.ts'
import { answersOf, questionsOf } from '../../../src/providers/calendly/scheduling/questions.ts'
import { scheduleOf } from '../../../src/providers/calendly/scheduling/schedule.ts'
import { slotsOf } from '../../../src/providers/calendly/scheduling/slots.ts'
import { api, eventType } from './answers.ts'

describe('an event type', () => {
  test('has every field of the model', () => {
    const { questions, ...rest } = eventTypeOf(eventType)
    assert.deepEqual(rest, {
      id: `${api}/event_types/TYPE`,
      name: 'A talk',
      slug: 'talk',
      description: 'About everything',
      active: true,
      hidden: false,
      bookingUrl: 'https://calendly.com/ada/talk',
      durations: [30, 15, 60],
      owner: { kind: 'person', id: `${api}/users/ADA`, name: 'Ada' },
      assignment: 'one',
      locations: [],
      capacity: 1,
      needsApproval: false,
      recurrence: null,
      price: null,
      limits: null,
      provider: 'calendly',
      raw: eventType,
    })
    assert.equal(questions.length, 2)
  })

  const changed = [
    [{ deleted_at: '2026-11-01T00:00:00Z' }, { active: false }],
    [{ active: false }, { active: false }],
    [{ secret: true }, { hidden: true }],
    [{ kind: 'group' }, { capacity: null }],
    [{ kind: null }, { capacity: null }],
    [{ name: null }, { name: 'talk' }],
    [{ duration_options: null }, { durations: [30] }],
    [{ pooling_type: 'round_robin' }, { assignment: 'round_robin' }],
    [{ pooling_type: 'multi_pool' }, { assignment: 'multi_pool' }],
    [{ profile: { type: 'Team', owner: 'x', name: 'Us' } }, { owner: { kind: 'team', id: 'x', name: 'Us' } }],
    [{ profile: { type: 'Guild' } }, { owner: { kind: 'Guild', id: null, name: null } }],
    [{ profile: null }, { owner: { kind: 'unknown', id: null, name: null } }],
    [
      { locations: null, custom_questions: null },
      { locations: [], questions: [] },
    ],
  ] as const
  for (const [given, expected] of changed) {
    test(`with ${JSON.stringify(given)} is ${JSON.stringify(expected)}`, () => {
      const found = eventTypeOf({ ...eventType, ...given })
      assert.deepEqual({ ...found, ...expected }, found)
    })
  }
})

describe('questions', () => {
  test('stand in their order, without those that are not asked', () => {
    assert.deepEqual(questionsOf(eventType.custom_questions), [
      { key: 'q_XYqZWm-nz3xX', label: 'Why?', type: 'long_text', required: true, options: null, allowsOther: false },
      {
        key: 'q_MDhSNzh6sIIg',
        label: 'Extras',
        type: 'some_of',
        required: false,
        options: ['Tea', 'Cake, warm'],
        allowsOther: false,
      },
    ])
  })

  test('keep their keys when they change their places', () => {
    const keysByLabel = (names: string[]) =>
      new Map(questionsOf(names.map((name, position) => ({ name, position }))).map(({ label, key }) => [label, key]))
    assert.deepEqual([...keysByLabel(['A', 'B', 'C'])].sort(), [...keysByLabel(['C', 'A', 'B'])].sort())
    assert.equal(new Set(keysByLabel(['A', 'a', 'A ']).values()).size, 3)
  })

  test('with one label have a key each, and their answers find them', () => {
    const twice = ['Name', 'Other', 'Name'].map((name, position) => ({ name, position }))
    const keys = questionsOf(twice).map(({ key }) => key)
    assert.equal(new Set(keys).size, 3)
    const answered = [
      { question: 'Name', answer: 'second', position: 2 },
      { question: 'Name', answer: 'first', position: 0 },
    ]
    assert.deepEqual(
      answersOf(answered).map(({ key, value }) => [key, value]),
      [
        [keys[0], 'first'],
        [keys[2], 'second'],
      ],
    )
  })

  const types = [
    ['string', 'text'],
    ['text', 'long_text'],
    ['phone_number', 'phone'],
    ['single_select', 'one_of'],
    ['multi_select', 'some_of'],
    ['constructor', 'constructor'],
    [null, 'text'],
  ] as const
  for (const [given, expected] of types) {
    test(`of the type ${given} are ${expected}`, () => {
      const [found] = questionsOf([{ name: 'Q', type: given, answer_choices: ['a'], include_other: true }])
      const isChoice = expected === 'one_of' || expected === 'some_of'
      assert.deepEqual([found?.type, found?.options, found?.allowsOther], [expected, isChoice ? ['a'] : null, true])
    })
  }

  test('are answered by texts, which are kept as they are', () => {
    for (const answer of ['Tea, Cake', 'Tea\nCake', 'Tea', '']) {
      assert.equal(answersOf([{ question: 'Extras', answer }])[0]?.value, answer)
    }
    assert.deepEqual(answersOf(null), [])
  })
})

test('a schedule has rules for the week and for single dates', () => {
  const hours = { from: '09:00', to: '12:00' }
  const later = { from: '13:00', to: '17:00' }
  const raw = {
    uri: `${api}/user_availability_schedules/S`,
    default: true,
    timezone: 'Europe/Stockholm',
    name: null,
    rules: [
      { type: 'wday', wday: 'monday', intervals: [hours, later] },
      { type: 'wday', wday: 'sunday', intervals: [] },
      { type: 'date', date: '2026-12-24', intervals: [] },
      { type: 'date', date: '2026-12-23', intervals: [hours] },
      { type: 'moon', wday: 'friday', date: '2026-12-25', intervals: [hours] },
    ],
  }
  const { weekly, overrides, ...rest } = scheduleOf(raw)
  assert.deepEqual(
    [weekly.monday, weekly.sunday, weekly.friday, Object.keys(weekly).length],
    [[hours, later], [], [], 7],
  )
  assert.deepEqual(overrides, { '2026-12-24': [], '2026-12-23': [hours] })
  const { uri: id, timezone: timeZone } = raw
  assert.deepEqual(rest, { id, name: null, isDefault: true, timeZone, provider: 'calendly', raw })
})

test('a slot ends after the event type’s length, and only free ones are told, earliest first', () => {
  const times = [
    {
      start_time: '2026-11-27T10:00:00.000000Z',
      status: 'available',
      invitees_remaining: 3,
      scheduling_url: 'https://x',
    },
    { start_time: '2026-11-27T09:00:00Z' },
    { start_time: '2026-11-27T11:00:00Z', status: 'unavailable' },
  ]
  const slot = { eventType: 'T', seatsLeft: null, bookingUrl: null }
  assert.deepEqual(slotsOf(times, 'T', 45), [
    { ...slot, start: '2026-11-27T09:00:00Z', end: '2026-11-27T09:45:00Z' },
    { ...slot, start: '2026-11-27T10:00:00Z', end: '2026-11-27T10:45:00Z', seatsLeft: 3, bookingUrl: 'https://x' },
  ])
})

test('a person has a page to book at', () => {
  const user = {
    uri: `${api}/users/ADA`,
    name: 'Ada',
    email: 'ada@example.com',
    scheduling_url: 'https://calendly.com/ada',
    timezone: 'Europe/Stockholm',
    current_organization: `${api}/organizations/O`,
    slug: 'ada',
    locale: 'en',
  }
  assert.deepEqual(personOf(user), {
    id: user.uri,
    name: 'Ada',
    email: 'ada@example.com',
    username: 'ada',
    timeZone: 'Europe/Stockholm',
    locale: 'en',
    avatarUrl: null,
    bookingUrl: 'https://calendly.com/ada',
    provider: 'calendly',
    raw: user,
  })
})
