// Answers are checked against the event type's questions before anything is sent; each mistake names its question.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { AnswerValue, Question, QuestionType } from '../../src/core/scheduling/model.ts'
import { checkAnswers } from '../../src/scheduling/questions.ts'
import { refused } from '../typed/person.ts'

function question(type: QuestionType, changes: Partial<Question> = {}): Question {
  return { key: 'q', label: 'What?', type, required: false, options: null, allowsOther: false, ...changes }
}

const colours = { options: ['red', 'blue'] }

const right: [Question, AnswerValue][] = [
  [question('text'), 'one\ntwo'],
  [question('long_text'), 'x'],
  [question('phone'), '+33 1 23 45 67 89'],
  [question('phone'), '(01) 23.45-67/89 ext. 12'],
  [question('email'), 'gil@guests.example'],
  [question('number'), 0],
  [question('boolean'), false],
  [question('url'), 'https://example.com'],
  [question('address'), '1 High Street'],
  [question('one_of', colours), 'red'],
  [question('one_of', { ...colours, allowsOther: true }), 'green'],
  [question('some_of', colours), ['blue', 'red']],
  [question('some_of', { ...colours, allowsOther: true }), ['green']],
  [question('emails'), ['a@guests.example', 'b@guests.example']],
  [question('a_kind_of_next_year'), 7],
]

const wrong: [Question, AnswerValue, RegExp][] = [
  [question('text'), 7, /must be a text\.$/],
  [question('phone'), 'abc', /must be a telephone number, such as/],
  [question('phone'), '12', /must be a telephone number/],
  [question('long_text'), ['x'], /must be a text/],
  [question('email'), 'gil', /must be an e-mail address/],
  [question('number'), '7', /must be a number/],
  [question('number'), Number.NaN, /must be a number/],
  [question('boolean'), 'yes', /must be true or false/],
  [question('url'), 'example.com', /must be an address that begins with https/],
  [question('one_of', colours), 'green', /must be one of "red", "blue"\.$/],
  [question('one_of', colours), ['red'], /must be one of "red", "blue"\.$/],
  [question('some_of', colours), 'red', /must be a list with some of "red", "blue"\.$/],
  [question('some_of', colours), ['red', 'green'], /must be a list with some of/],
  [question('some_of', colours), ['red', 'red'], /must be a list with some of/],
  [question('emails'), ['a@guests.example', 'b'], /must be a list of e-mail addresses/],
]

for (const [asked, value] of right) {
  test(`${asked.type} takes ${inspect(value)}`, () => {
    assert.deepEqual(checkAnswers('book', [asked], { q: value }), [{ key: 'q', value, question: asked }])
  })
}

for (const [asked, value, message] of wrong) {
  test(`${asked.type} does not take ${inspect(value)}`, async () => {
    const error = await refused(async () => checkAnswers('book', [asked], { q: value }), 'invalid_argument', {
      message,
    })
    assert.match(error.message, /^book: answers\.q \(the answer to "What\?"\) /)
  })
}

test('an answer that is missing is named, and an empty one is missing', async () => {
  const must = question('text', { required: true })
  const message = /^book: answers\.q is missing\. The question "What\?" must be answered\.$/
  for (const answers of [undefined, {}, { q: '' }, { q: [] }])
    await refused(async () => checkAnswers('book', [must], answers), 'invalid_argument', { message })
  assert.deepEqual(checkAnswers('book', [question('text')], { q: '' }), [])
})

test('an answer to no question is named, with the questions that there are', async () => {
  const one = question('text', { key: 'colour', label: 'Which colour?' })
  await refused(async () => checkAnswers('book', [one], { color: 'red' }), 'invalid_argument', {
    message:
      /^book: answers\.color is not a question of the event type\. Its questions are colour \("Which colour\?"\)\.$/,
  })
  for (const key of ['constructor', '__proto__'])
    await refused(async () => checkAnswers('book', [], JSON.parse(`{"${key}":"x"}`)), 'invalid_argument')
})

test('answers come in the order of the questions', () => {
  const questions = ['a', 'b', 'c'].map((key) => question('text', { key }))
  const keys = checkAnswers('book', questions, { c: '3', a: '1' }).map(({ key }) => key)
  assert.deepEqual(keys, ['a', 'c'])
})

test('an answer of white space counts as a missing one', async () => {
  const message = /^book: answers\.q is missing\. The question "What\?" must be answered\.$/
  const needed = question('text', { required: true })
  await refused(async () => checkAnswers('book', [needed], { q: '   ' }), 'invalid_argument', { message })
  assert.deepEqual(checkAnswers('book', [question('text')], { q: '   ' }), [])
})
