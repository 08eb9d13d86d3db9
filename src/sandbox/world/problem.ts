// Turns a failed check of foreign input into one sentence that names the place and says what to give.

import type { z } from 'zod'

/** What a wrong option rejects with; `message` is the one sentence. */
export class SandboxOptionError extends Error {
  override readonly name = 'SandboxOptionError'
  readonly code = 'invalid_argument'
}

/** Which field is wrong, with a dot before the part of a part, and what to give. */
export interface Problem {
  readonly field: string | null
  readonly wanted: string
}

/** The first problem, for a page that shows it beside its field. */
export function problemOf(error: z.ZodError): Problem {
  const issue = error.issues[0]
  if (issue === undefined) return { field: null, wanted: 'This is wrong.' }
  const given = issue.message.replace(/^Invalid (input|option): /, '').replace(/\.$/, '')
  const wanted = `${given.charAt(0).toUpperCase()}${given.slice(1)}.`
  return { field: issue.path.length === 0 ? null : issue.path.map(String).join('.'), wanted }
}

/** One sentence about the first problem, such as `The sandbox option "port" is wrong: give a number from 0 to 65535.` */
export function problemSentence(subject: string, error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return `${subject} is wrong.`
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  if (issue.code === 'unrecognized_keys') {
    const key = [...issue.path.map(String), issue.keys[0]].join('.')
    return `${subject} "${key}" does not exist: remove it or correct its spelling.`
  }
  const name = place.replace(/^\./, '')
  const wanted = issue.message.replace(/^Invalid (input|option): /, '').replace(/\.$/, '')
  return name === '' ? `${subject} is wrong: ${wanted}.` : `${subject} "${name}" is wrong: ${wanted}.`
}
