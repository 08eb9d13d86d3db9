// Reads the body of a request: JSON in UTF-8, of a bounded length, in a bounded time.

import type { Clock } from '../../../core/clock.ts'
import { readBody as readBytes } from '../../../core/request-body.ts'
import { ApiError } from './problem.ts'

/** The most bytes of a body. */
export const bodyLimitBytes: number = 256 * 1024

/** In all lists and objects together. */
const mostValues = 2000

export interface BodyLimits {
  readonly clock: Clock
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number
}

/**
 * Returns what the body says; an empty object for an empty body.
 *
 * @throws {ApiError} `unsupported_media_type`, `body_too_large`, `request_timeout`, `invalid_argument`
 */
export async function readBody(request: Request, { clock, timeoutMs }: BodyLimits): Promise<unknown> {
  const type = request.headers.get('content-type')
  const isJson = type !== null && /^application\/([\w.-]+\+)?json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)
  if (type !== null && !isJson) throw notJson(type)
  const read = await readBytes(request, { clock, deadlineMs: timeoutMs, limitBytes: bodyLimitBytes })
  if (read === 'too_long') throw new ApiError('body_too_large', `A body has ${bodyLimitBytes / 1024} KiB at most.`)
  if (read === 'too_late')
    throw new ApiError('request_timeout', `The body did not arrive within ${timeoutMs / 1000} s.`)
  if (read === 'broken') throw malformed('did not arrive completely')
  if (read === 'read_before')
    throw new Error('The body of a request was read before it reached the API: serve it in front of every body parser.')
  const text = decode(read)
  if (text === '') return {}
  if (!isJson) throw notJson('none')
  const value = parse(text)
  assertBounded(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('is not JSON. Check the commas and quotes')
  }
}

/**
 * Refuses what no request needs, before a schema looks at it: each value that is wrong costs a sentence. A member with the
 * name of an object's prototype would be dropped without a word.
 */
function assertBounded(value: unknown): void {
  const open = [value]
  for (let count = 0; open.length > 0; ) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Object.hasOwn(next, '__proto__')) throw malformed('has a member __proto__, which is not known here')
    const values = Object.values(next)
    count += values.length
    if (count > mostValues) throw malformed(`has more than ${mostValues} values in its lists and objects`)
    for (const one of values) open.push(one)
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('is not UTF-8')
  }
}

function notJson(type: string): ApiError {
  const sentence = `The body must be JSON, with "Content-Type: application/json". The type of this one: ${type.slice(0, 60)}.`
  return new ApiError('unsupported_media_type', sentence)
}

function malformed(sentence: string): ApiError {
  return new ApiError('invalid_argument', `The body ${sentence}.`, { errors: [{ path: 'body', sentence }] })
}
