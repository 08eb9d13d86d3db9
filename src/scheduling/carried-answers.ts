// The answers of a booking, in the form in which its event type takes them again. A provider may keep every answer as one text.

import type { Answer, AnswerValue, EventType, Question } from '../core/scheduling/model.ts'
import { answerProblem } from './questions.ts'

/** Answers to questions that are gone are left out. What fits in no form stays as it is, for the checks to name. */
export function carriedAnswers(
  { questions }: Pick<EventType, 'questions'>,
  answers: readonly Answer[],
): Readonly<Record<string, AnswerValue>> {
  return Object.fromEntries(
    answers.flatMap(({ key, value }) => {
      const question = questions.find((one) => one.key === key)
      return question ? [[key, formsOf(question, value).find((form) => !answerProblem(question, form)) ?? value]] : []
    }),
  )
}

/** The forms that the answer may have had before it was kept, the likeliest first. */
function formsOf({ type, options }: Question, value: AnswerValue): readonly AnswerValue[] {
  if (typeof value !== 'string') return [value]
  switch (type) {
    case 'some_of':
    case 'emails':
      return listsIn(value, options ?? [])
    case 'number':
      return value.trim() === '' ? [value] : [value, Number(value)]
    case 'boolean':
      return value === 'true' || value === 'false' ? [value === 'true'] : [value]
    default:
      return [value]
  }
}

/** One choice; one in each line; or several with commas between them. */
function listsIn(text: string, options: readonly string[]): readonly (readonly string[])[] {
  if (options.includes(text)) return [[text]]
  const lines = partsOf(text, /\r?\n/)
  if (lines.length > 1) return [lines]
  const parts = partsOf(text, /,/)
  // Where other answers are accepted, one of the attendee's own may have commas in it.
  return options.length > 0 && !parts.some((part) => options.includes(part)) ? [[text], parts] : [parts, [text]]
}

function partsOf(text: string, separator: RegExp): readonly string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
