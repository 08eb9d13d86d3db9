// The questions of an event type, as fields of a form. The model checks the answers.

import { html } from 'hono/html'
import type { AnswerValue, Question } from '../core/scheduling/model.ts'
import type { Html } from './layout.ts'

const inputs: Readonly<Record<string, string>> = { phone: 'tel', email: 'email', number: 'number', url: 'url' }

/** Every text that the form has given for a name. */
export type Given = (name: string) => readonly string[]

export function drawQuestion(question: Question, given: Given): Html {
  const { type, required, options, allowsOther } = question
  const name = nameOf(question)
  const values = given(name)
  const value = values[0] ?? ''
  const needed = required ? html` required` : ''
  if (type === 'some_of') return drawSomeOf(question, values)
  if (type === 'boolean') return select(question, [['true', 'Yes'], ['false', 'No']], value) // biome-ignore format: pairs
  if (type === 'one_of' && options && !allowsOther)
    return select(
      question,
      options.map((option) => [option, option]),
      value,
    )
  if (type === 'long_text' || type === 'emails')
    return html`<label>${labelOf(question)} <textarea name="${name}" rows="3"${needed}>${value}</textarea></label>`
  const list = type === 'one_of' ? `choices-${question.key}` : null
  return html`<label>${labelOf(question)} <input name="${name}" type="${inputs[type] ?? 'text'}" value="${value}"${type === 'number' ? html` step="any"` : ''}${list === null ? '' : html` list="${list}"`}${needed}></label>
${list === null ? '' : html`<datalist id="${list}">${options?.map((option) => html`<option value="${option}"></option>`)}</datalist>`}`
}

function select(question: Question, choices: readonly (readonly [string, string])[], value: string): Html {
  return html`<label>${labelOf(question)} <select name="${nameOf(question)}"${question.required ? html` required` : ''}><option value="">–</option>${choices.map(
    ([choice, text]) => html`<option value="${choice}"${choice === value ? html` selected` : ''}>${text}</option>`,
  )}</select></label>`
}

function drawSomeOf(question: Question, values: readonly string[]): Html {
  const name = nameOf(question)
  const others = values.filter((value) => !question.options?.includes(value))
  return html`<fieldset><legend>${labelOf(question)}</legend>
${question.options?.map(
  (option) =>
    html`<label class="tick"><input type="checkbox" name="${name}" value="${option}"${values.includes(option) ? html` checked` : ''}> ${option}</label>`,
)}
${question.allowsOther ? html`<label>Other <input name="${name}" value="${others[0] ?? ''}"></label>` : ''}
</fieldset>`
}

/** Reads the answers of a form. A field that was left empty has no answer. */
export function answersOf(questions: readonly Question[], given: Given): Readonly<Record<string, AnswerValue>> {
  return Object.fromEntries(
    questions.flatMap((question) => {
      const values = given(nameOf(question)).filter((value) => value !== '')
      return values.length === 0 ? [] : [[question.key, answerOf(question, values)]]
    }),
  )
}

function answerOf({ type }: Question, values: readonly string[]): AnswerValue {
  const [value = ''] = values
  switch (type) {
    case 'number':
      return Number(value)
    case 'boolean':
      return value === 'true'
    case 'some_of':
      return values
    case 'emails':
      return value.split(/[\s,;]+/).filter((one) => one !== '')
    default:
      return value
  }
}

function nameOf({ key }: Question): string {
  return `answer ${key}`
}

/** A question without words of its own is named by its key. */
function labelOf({ key, label, required }: Question): string {
  const words = label === key ? label.charAt(0).toUpperCase() + label.slice(1).replace(/[-_]/g, ' ') : label
  return required ? words : `${words} (optional)`
}
