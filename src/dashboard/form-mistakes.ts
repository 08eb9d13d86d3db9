// What is wrong with a form that books, in a person's words, before it is sent on.

import type { EventType, Question } from '../core/scheduling/model.ts'
import type { BookingRequest } from '../core/scheduling/requests.ts'
import { isTimeZone } from './time.ts'

/** Returns a sentence for each mistake. The model checks the rest. */
export function mistakesIn(eventType: EventType, { attendee, answers = {}, location }: BookingRequest): string[] {
  const { name, email, timeZone, phone } = attendee
  return [
    name === '' && 'Enter a name.',
    email === undefined && 'Enter an e-mail address.',
    email !== undefined && !isEmail(email) && `The e-mail address “${email}” is not complete, such as ada@example.com.`,
    !isTimeZone(timeZone) && `The time zone “${timeZone}” is not known. Enter one such as Europe/Paris.`,
    lacksDetail(location) && 'Say where to meet, or which number to call.',
    location?.kind === 'host_calls' && !location.phone && phone === undefined && 'Enter the number to call.',
    ...eventType.questions.map((question) => mistakeIn(question, answers[question.key])),
  ].filter((sentence) => sentence !== false)
}

function lacksDetail(location: BookingRequest['location']): boolean {
  if (location?.kind === 'attendee_place') return location.address === ''
  return location?.kind === 'attendee_decides' && location.text === ''
}

function mistakeIn({ label, required, type, options, allowsOther }: Question, answer: unknown): string | false {
  if (answer === undefined) return required && `The question “${label}” must be answered.`
  switch (type) {
    case 'number':
      return !Number.isFinite(answer) && `The answer to “${label}” must be a number.`
    case 'email':
      return !isEmail(answer) && `The answer to “${label}” must be an e-mail address.`
    case 'emails':
      return !(answer as unknown[]).every(isEmail) && `The answer to “${label}” must be e-mail addresses.`
    case 'url':
      return !/^https?:\/\//.test(String(answer)) && `The answer to “${label}” must begin with https://.`
    case 'one_of':
      return !allowsOther && options !== null && !options.includes(String(answer)) && `Choose an answer to “${label}”.`
    default:
      return false
  }
}

function isEmail(value: unknown): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(String(value))
}
