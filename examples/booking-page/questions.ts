// The questions of a service: how each type is drawn, and how its answer is read from the form.

import type { AnswerValue, Question } from 'punctual/scheduling'
import { type Choice, checkbox, choices, type Form, longTextField, type TextField, textField } from './fields.ts'
import type { Html } from './page.ts'
import { capitalized } from './place.ts'

/** The value of "something else" among the choices: no option is empty. */
const somethingElse = ''

const inputs: Readonly<Record<string, Pick<TextField, 'type' | 'autocomplete'>>> = {
  phone: { type: 'tel', autocomplete: 'tel' },
  email: { type: 'email' },
  emails: { type: 'emails' },
  number: { type: 'number' },
  url: { type: 'url' },
  address: { autocomplete: 'street-address' },
}

export function drawQuestion(form: Form, question: Question): Html {
  const { required, type } = question
  const field = { name: nameOf(question), label: labelOf(question), required }
  switch (type) {
    case 'long_text':
      return longTextField(form, field)
    case 'boolean':
      return checkbox(form, field)
    case 'one_of':
    case 'some_of':
      return choices(form, { ...field, several: type === 'some_of', options: optionsOf(form, question) })
    // A type that this page does not know is drawn as text.
    default:
      return textField(form, { ...field, ...inputs[type] })
  }
}

function optionsOf(form: Form, question: Question): readonly Choice[] {
  const options = (question.options ?? []).map((option) => ({ value: option, label: option }))
  if (!question.allowsOther) return options
  const more = textField(form, { name: otherOf(question), label: 'What?', required: 'if_shown' })
  return [...options, { value: somethingElse, label: 'Something else', more }]
}

/** Returns the answers that were given, and a sentence for each one that is missing or wrong. */
export function readAnswers(
  questions: readonly Question[],
  typed: URLSearchParams,
): { readonly answers: Readonly<Record<string, AnswerValue>>; readonly problems: ReadonlyMap<string, string> } {
  const answers: Record<string, AnswerValue> = {}
  const problems = new Map<string, string>()
  for (const question of questions) {
    const answer = answerOf(question, typed)
    if (answer !== null) answers[question.key] = answer
    const problem = problemOf(question, answer)
    if (problem !== null) problems.set(nameOf(question), problem)
  }
  return { answers, problems }
}

function answerOf(question: Question, typed: URLSearchParams): AnswerValue | null {
  const other = typed.get(otherOf(question))?.trim() ?? ''
  const values = typed
    .getAll(nameOf(question))
    .map((value) => (value === somethingElse && question.allowsOther ? other : value.trim()))
    .filter((value) => value !== '')
  const [first = ''] = values
  switch (question.type) {
    case 'boolean':
      return first !== '' || (question.required ? false : null)
    case 'number':
      return first === '' ? null : Number(first)
    case 'some_of':
      return values.length === 0 ? null : values
    case 'emails': {
      const addresses = first.split(',').map((address) => address.trim())
      return first === '' ? null : addresses.filter((address) => address !== '')
    }
    default:
      return first === '' ? null : first
  }
}

/** What the visitor has to put right. */
function problemOf({ type, required, options, allowsOther }: Question, answer: AnswerValue | null): string | null {
  if (answer === null) return required ? 'Please answer this question.' : null
  const given = [answer].flat().map(String)
  switch (type) {
    case 'number':
      return Number.isFinite(answer) ? null : 'Please enter a number.'
    case 'phone':
      return given.every(isPhone) ? null : 'Please enter a phone number with country code.'
    case 'email':
    case 'emails':
      return given.every((one) => /^[^\s@]+@[^\s@]+$/.test(one)) ? null : 'Please enter an e-mail address.'
    case 'url':
      return given.every((one) => /^https?:\/\//.test(one) && URL.canParse(one)) ? null : 'Please enter a web address.'
    case 'one_of':
    case 'some_of': {
      const isOffered = (one: string) => allowsOther || options === null || options.includes(one)
      return given.every(isOffered) ? null : 'Please choose among these.'
    }
    default:
      return null
  }
}

export function isPhone(text: string): boolean {
  return /^\+?[\d\s()./-]+$/.test(text) && text.replace(/\D/g, '').length >= 5
}

/** A question without words of its own is named by its key. */
function labelOf({ label, key }: Question): string {
  return label === key ? capitalized(key.replaceAll('-', '_')) : label
}

function nameOf(question: Question): string {
  return `answer-${question.key}`
}

function otherOf(question: Question): string {
  return `other-${question.key}`
}
