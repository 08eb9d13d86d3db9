// The questions of a booking form, and their answers. Calendly knows a question by its label and has no id for it, and
// every answer is a text.

import { createHash } from 'node:crypto'
import { isObject, membersOf } from '../../../core/json.ts'
import type { Answer, AnswerValue, Question, QuestionType } from '../../../core/scheduling/model.ts'
import type { CheckedAnswer } from '../../../core/scheduling/provider.ts'
import type { CalendlyBooking } from '../api/bookings.ts'
import type { CalendlyQuestion } from '../api/event-types.ts'
import type { CalendlyAnswered } from '../api/invitees.ts'

const types: ReadonlyMap<string, QuestionType> = new Map([
  ['string', 'text'],
  ['text', 'long_text'],
  ['phone_number', 'phone'],
  ['single_select', 'one_of'],
  ['multi_select', 'some_of'],
])

/** The questions that are asked, in their order. */
export function questionsOf(given: readonly CalendlyQuestion[] | null | undefined): readonly Question[] {
  const asked = inOrder((given ?? []).filter(({ enabled }) => enabled !== false))
  const keys = keysOf(asked.map(({ name }) => name))
  return asked.map(({ name, type, required, answer_choices, include_other }, index) => {
    const known = types.get(type ?? 'string') ?? type ?? 'text'
    return {
      key: keys[index] ?? '',
      label: name,
      type: known,
      required: required ?? false,
      options: known === 'one_of' || known === 'some_of' ? (answer_choices ?? []) : null,
      allowsOther: include_other ?? false,
    }
  })
}

/**
 * The answers as Calendly keeps them. Each is a text, several choices too: an answer does not say the type of its
 * question, so a text with line breaks can be one long answer.
 */
export function answersOf(given: readonly CalendlyAnswered[] | null | undefined): readonly Answer[] {
  const answered = inOrder(given ?? [])
  const keys = keysOf(answered.map(({ question }) => question))
  return answered.map(({ question, answer }, index) => ({ key: keys[index] ?? '', label: question, value: answer }))
}

/** The answers as Calendly takes them: with the label letter for letter, and the position that the event type gives. */
export function answersToSend(
  answers: readonly CheckedAnswer[],
  eventType: { readonly questions: readonly Question[]; readonly raw: unknown },
): NonNullable<CalendlyBooking['questions_and_answers']> {
  const { custom_questions } = membersOf(eventType.raw)
  const all = inOrder(
    (Array.isArray(custom_questions) ? custom_questions : []).filter(
      (one) => isObject(one) && one.enabled !== false,
    ) as CalendlyQuestion[],
  )
  return answers.map(({ question, value }) => {
    const index = eventType.questions.findIndex(({ key }) => key === question.key)
    const given = all[index]
    const position = given?.name === question.label ? given.position : null
    return { question: question.label, answer: textOf(value), position: position ?? Math.max(index, 0) }
  })
}

/** How several choices are joined is not documented: each stands in a line of its own. */
function textOf(value: AnswerValue): string {
  return typeof value === 'object' ? value.join('\n') : String(value)
}

/**
 * A digest of the label, so that a key stays the same when questions change their places. Of several questions with one
 * label, all but the first have a number as well.
 */
function keysOf(labels: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return labels.map((label) => {
    const count = (seen.get(label) ?? 0) + 1
    seen.set(label, count)
    const key = `q_${createHash('sha256').update(label).digest('base64url').slice(0, 12)}`
    return count === 1 ? key : `${key}_${count}`
  })
}

/** By position; what has none keeps its place at the end. */
function inOrder<Item extends { readonly position?: number | null }>(items: readonly Item[]): readonly Item[] {
  const place = ({ position }: Item) => position ?? Number.MAX_SAFE_INTEGER
  return items.toSorted((one, other) => place(one) - place(other))
}
