// Whatever a typed call accepts, the model can show: fields that are new, words that are new, `null` where it is allowed.

import { test } from 'node:test'
import fc from 'fast-check'
import type { ApiCaller } from '../../../src/core/calls.ts'
import { PunctualError } from '../../../src/index.ts'
import { schedulingAt } from '../../../src/providers/calendly/scheduling.ts'
import { all } from '../../typed/person.ts'
import { scripted } from '../../typed/scripted.ts'
import { api, event, eventType, invitee, requestFor } from './answers.ts'

const scheduling = schedulingAt(api)

const user = {
  uri: `${api}/users/ADA`,
  name: 'Ada',
  email: 'ada@example.com',
  scheduling_url: 'https://calendly.com/ada',
  timezone: 'Europe/Stockholm',
  current_organization: `${api}/organizations/O`,
  slug: 'ada',
  avatar_url: null,
  locale: 'en',
}
const schedule = {
  uri: `${api}/user_availability_schedules/S`,
  default: true,
  timezone: 'Europe/Stockholm',
  name: 'Hours',
  rules: [
    { type: 'wday', wday: 'monday', date: null, intervals: [{ from: '09:00', to: '17:00' }] },
    { type: 'date', wday: null, date: '2026-12-24', intervals: [] },
  ],
}
const location = { kind: 'physical', type: 'physical', location: 'Main Street 1', phone_number: null }
const richType = { ...eventType, locations: [location, { kind: 'zoom_conference' }] }
const mark = { uri: `${api}/invitee_no_shows/N` }
const cancellation = { canceled_by: 'Gil', canceler_type: 'invitee', reason: null, created_at: '2026-11-22T08:00:00Z' }
const richEvent = { ...event, location, cancellation }
const richInvitee = { ...invitee, no_show: mark, cancellation }
const times = [
  { start_time: '2026-11-27T10:00:00Z', status: 'available', invitees_remaining: 1, scheduling_url: 'https://x' },
]
const request = requestFor(eventType)

/** Each verb that reads, and the answers that it gets. */
const readings: readonly [string, object[], (caller: ApiCaller) => Promise<unknown>][] = [
  ['me', [{ resource: user }], (caller) => scheduling.me(caller)],
  ['an event type', [{ resource: richType }], (caller) => scheduling.eventType(caller, eventType.uri)],
  ['event types', [{ collection: [richType] }], (caller) => all(scheduling.eventTypes(caller, { active: null }))],
  ['schedules', [{ collection: [schedule] }], (caller) => all(scheduling.schedules(caller))],
  [
    'slots',
    [{ collection: times }],
    (caller) =>
      scheduling.slots(caller, {
        eventType: request.eventType,
        from: 0,
        to: 1,
        timeZone: 'UTC',
        durationMinutes: null,
      }),
  ],
  [
    'a booking',
    [{ resource: richEvent }, { collection: [richInvitee] }, { resource: richEvent }],
    (caller) => scheduling.booking(caller, event.uri),
  ],
]

/** What may stand in the place of a value. */
const strange = fc.oneof(
  fc.constantFrom(null, undefined, '', 'constructor', '__proto__', 'a_new_word', 0, -1, true, [], {}),
  fc.string(),
)

// One in five changes nothing, so that many answers have the right shape.
const changes = fc.array(fc.tuple(fc.nat(), strange), { minLength: 0, maxLength: 4, size: 'max' })

/** Without these the call fails, or the next one names nothing, and nothing is mapped. */
const frame = ['resource', 'collection', 'uri']

/** A copy in which some values, wherever they stand, are others, and every object has one field more. */
function changed(
  answers: readonly object[],
  edits: readonly (readonly [number, unknown])[],
  kept: readonly string[] = [],
): object[] {
  const copy = structuredClone(answers) as object[]
  const places: [object, string][] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const name of Object.keys(value)) {
      places.push([value, name])
      visit((value as Record<string, unknown>)[name])
    }
    if (!Array.isArray(value)) Object.assign(value, { a_new_field: { deep: [1] } })
  }
  visit(copy)
  const inside = places.filter(([holder, name]) => holder !== copy && !kept.includes(name))
  for (const [at, value] of edits) {
    const [holder, name] = inside[at % inside.length] ?? []
    if (holder && name) (holder as Record<string, unknown>)[name] = value
  }
  return copy
}

for (const [what, answers, read] of readings) {
  test(`${what}: any answer of the right shape is mapped`, async () => {
    let mapped = 0
    await fc.assert(
      fc.asyncProperty(changes, async (edits) => {
        try {
          await read(scripted('calendly', ...changed(answers, edits, frame)))
          mapped++
        } catch (error) {
          // Another shape is refused by name; nothing else may go wrong.
          if (!(error instanceof PunctualError) || error.reason !== 'unexpected_answer') throw error
        }
      }),
      { numRuns: 300 },
    )
    if (mapped < 30) throw new Error(`only ${mapped} of 300 answers had the right shape`)
  })
}

test('a webhook is read or left, whatever stands in it', () => {
  const body = { created_at: '2026-11-20T08:00:01Z', payload: { ...richInvitee, scheduled_event: richEvent } }
  const names = ['invitee.created', 'invitee.canceled', 'invitee_no_show.created', 'invitee_no_show.deleted', 'x.y']
  fc.assert(
    fc.property(changes, fc.constantFrom(...names), (edits, name) => {
      const [changedBody] = changed([body], edits)
      scheduling.change(name, changedBody)
      scheduling.told(name, changedBody)
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, anything) => {
      scheduling.change(name, anything)
      scheduling.told(name, anything)
    }),
  )
})
