// Turns a failed check of foreign input into one sentence that names the place and says what to give.

import type { z } from 'zod'

/** What a wrong option rejects with; `message` is the one sentence. */
export class SandboxOptionError extends Error {
  override readonly name = 'SandboxOptionError'
  readonly code = 'invalid_argument'
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
