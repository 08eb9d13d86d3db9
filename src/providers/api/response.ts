// Reads the response to a typed call. A message names the field that is wrong and never its value.

import type { z } from 'zod'
import type { CallResult } from '../../core/calls.ts'
import { type ProviderAnswer, PunctualError } from '../../core/errors.ts'
import { parseJson } from '../../core/json.ts'
import { memberAt, type Schema } from './shape.ts'

/**
 * Returns what the response holds; `schema` is that of the whole body, `null` where none is expected. For a call that
 * changes something, a response of another shape does not tell whether the change was made.
 *
 * @throws {PunctualError} the failure of the call, or `provider_unavailable`, reason `unexpected_answer`;
 *   `outcome_unknown` for a call that changes something.
 */
export async function readResult<Value>(
  place: string,
  { response, failure }: CallResult,
  schema: Schema<Value> | null,
  isChange = false,
): Promise<Value> {
  if (failure) throw failure
  const text = await response.text()
  const body = parseJson(text) ?? text
  const { status } = response
  if (!response.ok) throw unexpected(place, `its status is ${status}`, { status, body }, isChange)
  return schema ? checkShape(place, schema, body, { status, isChange }) : (undefined as Value)
}

/** Returns the value as its schema says. @throws {PunctualError} `provider_unavailable`, as `readResult` does. */
export function checkShape<Value>(
  place: string,
  schema: Schema<Value>,
  body: unknown,
  { status = 200, isChange = false }: { readonly status?: number; readonly isChange?: boolean } = {},
): Value {
  const { success, data, error } = schema().safeParse(body)
  if (success) return data
  const [issue] = error.issues
  const why = issue ? wrongField(issue, body) : 'it has another shape'
  throw unexpected(place, why, { status, body }, isChange)
}

function unexpected(place: string, why: string, answer: ProviderAnswer, isChange: boolean): PunctualError {
  const unknown = isChange ? ' Whether the change was made is unknown: look before you send it again.' : ''
  const message = `\`${place}\`: the provider answered something unexpected: ${why}.${unknown}`
  const reason = isChange ? 'outcome_unknown' : 'unexpected_answer'
  return new PunctualError('provider_unavailable', message, { reason, answer })
}

function wrongField({ path, ...issue }: z.core.$ZodIssue, body: unknown): string {
  const field = path.length > 0 ? `"${path.join('.')}"` : 'the body'
  if (memberAt(body, path) === undefined) return `${field} is missing`
  return issue.code === 'invalid_type' ? `${field} is not of type ${issue.expected}` : `${field} is not as documented`
}
