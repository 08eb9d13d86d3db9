// The answers to an event type's questions, checked before anything is sent: each mistake names the question.

import { valueError } from '../core/check.ts'
import type { AnswerValue, Question } from '../core/scheduling/model.ts'
import type { CheckedAnswer } from '../core/scheduling/provider.ts'
import type { BookingRequest } from '../core/scheduling/requests.ts'
import { email, telephone } from './checks.ts'

/**
 * Returns the answers in the order of the questions. An empty answer counts as none.
 *
 * @throws {PunctualError} `invalid_argument` for an unknown key, a missing answer, or one of the wrong kind.
 */
export function checkAnswers(
  place: string,
  questions: readonly Question[],
  answers: BookingRequest['answers'] = {},
): readonly CheckedAnswer[] {
  const unknown = Object.keys(answers).find((key) => !questions.some((question) => question.key === key))
  if (unknown !== undefined) throw valueError(place, nameOf(unknown), notAsked(questions))
  return questions.flatMap((question) => {
    const { key } = question
    const given = Object.hasOwn(answers, key) ? answers[key] : undefined
    if (given === undefined || isEmpty(given)) {
      if (question.required)
        throw valueError(place, nameOf(key), `is missing. The question "${question.label}" must be answered`)
      return []
    }
    const value = asOffered(question, given)
    const problem = answerProblem(question, value)
    if (problem !== null) throw valueError(place, nameOf(key), `(the answer to "${question.label}") ${problem}`)
    return [{ key, value, question }]
  })
}

/** A choice as the provider writes it: an option may have white space around it, which answers do not have. */
function asOffered({ options }: Question, answer: AnswerValue): AnswerValue {
  const offered = (one: string) =>
    options?.includes(one) ? one : (options?.find((option) => option.trim() === one) ?? one)
  if (typeof answer === 'string') return offered(answer)
  return Array.isArray(answer) ? answer.map(offered) : answer
}

function nameOf(key: string): string {
  return `answers.${key.slice(0, 60)}`
}

/** An empty answer counts as none, and so does one of white space. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** How many questions a message lists. */
const mostListed = 20

function notAsked(questions: readonly Question[]): string {
  if (questions.length === 0) return 'is not a question: the event type has none'
  const known = questions.slice(0, mostListed).map(({ key, label }) => `${key} ("${label}")`)
  return `is not a question of the event type. Its questions are ${known.join(', ')}`
}

/** Returns what is wrong with an answer that is not empty, as the end of a sentence; `null`: nothing. */
export function answerProblem({ type, options, allowsOther }: Question, value: AnswerValue): string | null {
  switch (type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? null : 'must be a number'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'phone':
      return telephone(value, true)
    case 'email':
      return email(value, true)
    case 'emails':
      return isListOf(value, (one) => email(one, true) === null) ? null : 'must be a list of e-mail addresses'
    case 'url':
      return isWebAddress(value) ? null : 'must be an address that begins with https:// or http://'
    case 'one_of':
      return isOneOf(value, options, allowsOther) ? null : `must be ${choiceOf(options, 'one of')}`
    case 'some_of':
      return isListOf(value, (one) => isOneOf(one, options, allowsOther))
        ? null
        : `must be a list with ${choiceOf(options, 'some of')}`
    case 'text':
    case 'long_text':
    case 'address':
      return isText(value) ? null : 'must be a text'
    default:
      // A kind that this version does not know: the provider judges it.
      return null
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && value.trim() !== ''
}

function isListOf(value: AnswerValue, is: (one: string) => boolean): boolean {
  return Array.isArray(value) && value.every(is) && new Set(value).size === value.length
}

function isOneOf(value: unknown, options: readonly string[] | null, allowsOther: boolean): boolean {
  return isText(value) && (allowsOther || options === null || options.includes(value))
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}

function choiceOf(options: readonly string[] | null, which: string): string {
  if (options === null || options.length === 0) return 'texts that are not empty, each once'
  return `${which} ${options
    .slice(0, mostListed)
    .map((option) => JSON.stringify(option))
    .join(', ')}`
}
