// Checks the answers of a booking against the questions of its event type. How Calendly refuses a wrong answer is not
// documented: a switch. An event type that asks nothing takes any answer (guessed).

import { objectOf, textOf } from '../../http/json.ts'
import type { InviteeRow } from '../../world/calendly-rows.ts'
import type { CustomQuestion } from '../resources/services.ts'

type Answers = InviteeRow['answers']

/** Reads `questions_and_answers` of a booking. */
export function readAnswers(given: unknown): Answers {
  return (Array.isArray(given) ? given : []).map((one, at) => {
    const { question, answer, position } = objectOf(one)
    return { question: String(question ?? ''), answer: String(answer ?? ''), position: Number(position ?? at) }
  })
}

/** What is wrong with the answers: an unknown question, a required one without an answer, or an option that is not offered. */
export function wrongAnswers(
  questions: readonly CustomQuestion[],
  answers: Answers,
): { parameter: string; message: string }[] {
  const asked = questions.filter(({ enabled }) => enabled)
  if (asked.length === 0) return []
  const wrong = answers.flatMap(({ question, answer }, at) => {
    const known = asked.find(({ name }) => name === question)
    if (known === undefined) return [{ parameter: `questions_and_answers[${at}].question`, message: 'is invalid' }]
    return answer === '' || isOffered(known, answer)
      ? []
      : [{ parameter: `questions_and_answers[${at}].answer`, message: 'is invalid' }]
  })
  const missing = asked.filter(
    ({ name, required }) =>
      required && !answers.some(({ question, answer }) => question === name && textOf(answer.trim())),
  )
  return [...wrong, ...missing.map(() => ({ parameter: 'questions_and_answers', message: 'is missing' }))]
}

/** How several options stand in one answer is not known: here a comma or a line break is between them. */
function isOffered(
  { type, answer_choices: choices, include_other: withOther }: CustomQuestion,
  answer: string,
): boolean {
  if (withOther || !type.endsWith('_select')) return true
  const parts = type === 'multi_select' ? answer.split(/,\s*|\n/) : [answer]
  return parts.every((one) => choices.includes(one))
}
