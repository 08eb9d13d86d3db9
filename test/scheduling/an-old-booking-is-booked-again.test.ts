// What the old booking says is carried into the form that the event type takes now. What cannot be is nobody's wrong argument.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnswerValue, Question } from '../../src/core/scheduling/model.ts'
import { carriedAnswers } from '../../src/scheduling/carried-answers.ts'
import { refused } from '../typed/person.ts'
import { dayMs, smallBooking, smallEventType, startSmall } from './small-provider.ts'

function question(changes: Partial<Question>): Question {
  return { key: 'q', label: 'Which?', type: 'text', required: false, options: null, allowsOther: false, ...changes }
}

const someOf = question({ type: 'some_of', options: ['Red', 'Blue', 'Dark, deep green'] })
const others = { ...someOf, allowsOther: true }

const carried: [question: Question, kept: AnswerValue, given: AnswerValue][] = [
  [someOf, 'Red', ['Red']],
  [someOf, 'Dark, deep green', ['Dark, deep green']],
  [someOf, 'Red\nDark, deep green', ['Red', 'Dark, deep green']],
  [someOf, 'Red, Blue', ['Red', 'Blue']],
  [someOf, 'Red, Grey', 'Red, Grey'],
  [others, 'Red, Grey', ['Red', 'Grey']],
  [others, 'Pink, but not too much', ['Pink, but not too much']],
  [someOf, ['Blue'], ['Blue']],
  [question({ type: 'emails' }), 'a@x.example, b@x.example', ['a@x.example', 'b@x.example']],
  [question({ type: 'number' }), '7', 7],
  [question({ type: 'boolean' }), 'false', false],
  [question({}), 'Red, Blue', 'Red, Blue'],
]

test('an answer that is kept as a text becomes what its question takes', () => {
  for (const [asked, kept, given] of carried) {
    const answers = carriedAnswers({ questions: [asked] }, [
      { key: 'gone', label: null, value: 'x' },
      { key: 'q', label: null, value: kept },
    ])
    assert.deepEqual(answers, { q: given }, JSON.stringify(kept))
  }
})

test('what cannot be carried over is not supported, and says why', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t, { reschedule: null })
  const answers = [{ key: 'q', label: null, value: 'Red' }]
  const move = async () => calendar.reschedule('b1', { start: new Date(now() + 2 * dayMs) }, { allow: 'rebook' })
  world.bookings = [smallBooking('b1', now() + dayMs, { answers, location: { kind: 'unknown', raw: null } })]
  const cases = [
    [question({ type: 'one_of', options: ['Blue'] }), /answers\.q \(the answer to "Which\?"\) must be one of "Blue"/],
    [question({ key: 'new', required: true }), /answers\.new is missing/],
  ] as const
  for (const [one, problem] of cases) {
    world.eventTypes = [smallEventType({ questions: [one] })]
    const error = await refused(move, 'not_supported', { reason: 'event_type', message: problem })
    assert.match(error.message, /^reschedule: .* cannot be booked again as it is: .* Book again, and cancel it\.$/)
  }
  assert.ok(asked().every((one) => one.startsWith('GET')))
})
