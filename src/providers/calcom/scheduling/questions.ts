// The questions of a booking form, and their answers. Cal.com knows a question by its slug, and answers are typed.

import { membersOf, textOf, textsOf } from '../../../core/json.ts'
import type { Answer, AnswerValue, Question, QuestionType } from '../../../core/scheduling/model.ts'
import type { CheckedAnswer } from '../../../core/scheduling/provider.ts'

const types: ReadonlyMap<string, QuestionType> = new Map<string, QuestionType>([
  ['text', 'text'],
  ['textarea', 'long_text'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['url', 'url'],
  ['address', 'address'],
  ['select', 'one_of'],
  ['radio', 'one_of'],
  ['multiselect', 'some_of'],
  ['checkbox', 'some_of'],
  ['multiemail', 'emails'],
])

/** Fields of the form that are not questions: a booking request has members of its own for them, or none. */
const ofTheForm: ReadonlySet<unknown> = new Set([
  'name',
  'email',
  'attendeePhoneNumber',
  'guests',
  'location',
  'title',
  'rescheduleReason',
])

/** In answers only: the attendee's and the guests' addresses once more. */
const shownAgain: ReadonlySet<string> = new Set(['displayEmail', 'displayGuests'])

type Field = Readonly<Record<string, unknown>>

/** The questions that are asked, in their order. Hidden ones are not asked. */
export function questionsOf(fields: readonly Field[] | null | undefined): readonly Question[] {
  return (fields ?? []).filter(isQuestion).map((field) => {
    const slug = String(field.slug)
    const type = typeOf(field)
    return {
      key: slug,
      label: textOf(field.label) ?? textOf(field.placeholder) ?? slug,
      type,
      required: field.required === true,
      options: type === 'one_of' || type === 'some_of' ? optionsOf(field.options) : null,
      allowsOther: false,
    }
  })
}

/** Whether the form asks for the attendee's telephone number, and does not go without. */
export function needsPhone(fields: readonly Field[] | null | undefined): boolean {
  const isNeeded = ({ slug, required, hidden }: Field) =>
    slug === 'attendeePhoneNumber' && required === true && hidden !== true
  return (fields ?? []).some(isNeeded)
}

function isQuestion({ slug, hidden }: Field): boolean {
  return typeof slug === 'string' && slug !== '' && hidden !== true && !ofTheForm.has(slug)
}

/** The notes, which every form has, may come without a type. */
function typeOf({ slug, type }: Field): QuestionType {
  const word = textOf(type) ?? (slug === 'notes' ? 'textarea' : 'text')
  return types.get(word) ?? word
}

/** Texts, by the API's description; an option of another form counts by its `value`. */
function optionsOf(options: unknown): readonly string[] {
  if (!Array.isArray(options)) return []
  return options
    .map((one) => (typeof one === 'string' ? one : textOf(membersOf(one).value)))
    .filter((one) => one !== null)
}

/** The answers as Cal.com takes them, in `bookingFieldsResponses`. */
export function answersToSend(answers: readonly CheckedAnswer[]): Readonly<Record<string, AnswerValue>> {
  return Object.fromEntries(answers.map(({ key, value }) => [key, value]))
}

/**
 * The answers as Cal.com keeps them, without what the booking has members of its own for.
 *
 * @param labelled whether each answer is `{ label, value }`, as in webhooks.
 */
export function answersOf(responses: Field | null | undefined, labelled = false): readonly Answer[] {
  return Object.entries(responses ?? {})
    .filter(([key]) => !ofTheForm.has(key) && !shownAgain.has(key))
    .flatMap(([key, response]) => {
      const { label, value } = labelled ? membersOf(response) : { label: null, value: response }
      return value === undefined || value === null || value === ''
        ? []
        : [{ key, label: textOf(label), value: answerValue(value) }]
    })
}

/** What has no twin in the model becomes JSON. */
function answerValue(value: unknown): AnswerValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) && textsOf(value).length === value.length ? textsOf(value) : JSON.stringify(value)
}
