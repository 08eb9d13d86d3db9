// Why a dispatch failed, in our own words: the message of a handler's error may hold what nobody may read.

import { PunctualError } from '../core/errors.ts'
import { TransportError } from '../core/http.ts'
import { wordFor } from '../core/reporter.ts'
import { NotAcknowledgedError } from './http-destination.ts'
import { handlerTimeoutMs } from './lease-times.ts'

/** Ends the dispatches of a process that stops. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

/** Ends a dispatch that did not begin in time: another process may lease the event before it would end. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

export const stoppedSentence = 'the process that was dispatching it was stopped'
export const lateSentence = 'the process or its store was too slow to dispatch it'
export const crashedSentence = 'every process that dispatched it ended before it was acknowledged'

/** What a fault calls the event. */
export function recordName(id: string): string {
  return `The event ${id}`
}

export function reasonOf(error: unknown): string | null {
  if (error instanceof NotAcknowledgedError) return 'not_taken'
  return error instanceof TransportError ? error.reason : wordFor(error)
}

export function sentenceOf(error: unknown): string {
  if (error instanceof StoppedError) return stoppedSentence
  if (error instanceof LateError) return lateSentence
  if (error instanceof NotAcknowledgedError) return error.message
  if (error instanceof TransportError) return `it was not acknowledged within ${handlerTimeoutMs / 1000} s`
  if (error instanceof PunctualError && error.code === 'value_unreadable') {
    if (error.reason === 'unknown_type') return 'it was written by a later version, which must dispatch it'
    return `it cannot be opened with the keys at hand (${error.reason})`
  }
  if (!(error instanceof Error)) return 'the handler threw a value that is not an Error'
  const code = wordFor({ code: (error as { code?: unknown }).code })
  return `the handler threw (${wordFor({ name: error.name }) ?? 'Error'}${code ? `, ${code}` : ''})`
}
