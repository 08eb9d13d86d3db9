// Reads what a provider answers. Only what a caller relies on has to be there; fields that nobody has named are kept, so
// that a provider may add to its answers. A message names the field that is wrong and never its value.

import { z } from 'zod'
import { type ProviderAnswer, PunctualError } from '../../core/errors.ts'
import { failureOf } from '../../core/failure.ts'

/** One of these words, or one that the provider has come up with since. */
export type Open<Word extends string> = Word | (string & {})

/** A schema for every member of the interface, so that neither can have one that the other lacks. */
type Shape<Answer> = { readonly [Name in keyof Answer]-?: z.ZodType<Answer[Name]> }

/** The schema of an object that is answered; fields beyond the interface are kept. */
export function answer<Answer extends object>(shape: Shape<Answer>): z.ZodType<Answer> {
  return z.looseObject(shape as z.core.$ZodLooseShape) as unknown as z.ZodType<Answer>
}

/** A field that may be `null`, or not there. */
export function maybe<Value>(schema: z.ZodType<Value>): z.ZodType<Value | null | undefined> {
  return schema.nullish()
}

/**
 * What the answer holds; `schema` is that of the whole body, `null` where none is expected. Of a call that changes
 * something, an answer of another shape does not say whether it was made.
 *
 * @throws {PunctualError} what a refusal means, or `provider_unavailable`, reason `unexpected_answer`; `outcome_unknown`
 *   for a call that changes something.
 */
export async function readAnswer<Value>(
  place: string,
  response: Response,
  schema: z.ZodType<Value> | null,
  isChange = false,
): Promise<Value> {
  const failure = failureOf(response)
  // Without an answer it is told by the status alone, which does not say what became of a change.
  const untold = failure?.code === 'provider_unavailable' && !failure.answer
  if (failure && !untold) throw failure
  const body = parsed(await response.text())
  const { status } = response
  if (!response.ok) throw unexpected(place, `its status is ${status}`, { status, body }, isChange)
  return schema ? checkAnswer(place, schema, body, { status, isChange }) : (undefined as Value)
}

/** The value as its schema says. @throws {PunctualError} `provider_unavailable`, as `readAnswer` does. */
export function checkAnswer<Value>(
  place: string,
  schema: z.ZodType<Value>,
  body: unknown,
  { status = 200, isChange = false }: { readonly status?: number; readonly isChange?: boolean } = {},
): Value {
  const { success, data, error } = schema.safeParse(body)
  if (success) return data
  const [issue] = error.issues
  const why = issue ? wrongField(issue, body) : 'it is of another shape'
  throw unexpected(place, why, { status, body }, isChange)
}

function unexpected(place: string, why: string, answer: ProviderAnswer, isChange: boolean): PunctualError {
  const unknown = isChange ? ' Whether it has done what was asked is unknown: look before you send it again.' : ''
  const message = `\`${place}\`: the provider answered something unexpected: ${why}.${unknown}`
  const reason = isChange ? 'outcome_unknown' : 'unexpected_answer'
  return new PunctualError('provider_unavailable', message, { reason, answer })
}

function wrongField({ path, ...issue }: z.core.$ZodIssue, body: unknown): string {
  const field = path.length > 0 ? `"${path.join('.')}"` : 'the body'
  if (at(body, path) === undefined) return `${field} is missing`
  return issue.code === 'invalid_type' ? `${field} is no ${issue.expected}` : `${field} is not as documented`
}

/** The member at the end of a path; `undefined` where there is none. */
export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const name of path) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[name]
  return found
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
