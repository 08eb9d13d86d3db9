// Measures the calls: how long each took, how long it waited for its turn, and how it ended.

import type { CallInit, CallResult } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'
import { type CallOutcome, type Measure, outcomeOfCode } from '../core/measure.ts'
import type { NotedError, NoteError } from '../core/noted-error.ts'
import { call } from './call.ts'

/** Returns `call`, measured; what went wrong is noted, too. */
export function measuredCall(measure: Measure, noteError: NoteError): typeof call {
  return async (dependencies, target, path, init) => {
    const { clock } = dependencies
    const began = clock.monotonic()
    const waiting = { ms: 0 }
    const note = (outcome: CallOutcome, status: number | null) =>
      measure({
        kind: 'call',
        client: target.client,
        connection: target.connection,
        method: methodOf(init),
        outcome,
        status,
        durationMs: clock.monotonic() - began,
        waitMs: waiting.ms,
      })
    try {
      const result = await call(dependencies, target, path, init, waiting)
      note(outcomeOf(result), result.response.status)
      if (result.failure) noteError(notedOf(result.failure, target))
      return result
    } catch (error) {
      note(outcomeOfError(error, init?.signal), error instanceof PunctualError ? (error.answer?.status ?? null) : null)
      if (error instanceof PunctualError) noteError(notedOf(error, target))
      throw error
    }
  }
}

function notedOf(
  { code, reason, message }: PunctualError,
  { client, connection }: { readonly client: string; readonly connection: string },
): NotedError {
  return { code, reason: reason ?? null, client, connection, message }
}

/** The arguments are checked by the call: this looks at what may be anything. */
function methodOf(init: CallInit | undefined): string {
  const method = String(init?.method ?? 'GET').toUpperCase()
  return /^[A-Z]{1,10}$/.test(method) ? method : 'OTHER'
}

function outcomeOf({ failure }: CallResult): CallOutcome {
  return failure ? outcomeOfFailure(failure) : 'ok'
}

function outcomeOfError(error: unknown, signal: CallInit['signal']): CallOutcome {
  if (error instanceof PunctualError) return outcomeOfFailure(error)
  return signal?.aborted ? 'aborted' : 'fault'
}

function outcomeOfFailure({ code, reason }: PunctualError): CallOutcome {
  return reason === 'outcome_unknown' && code === 'provider_unavailable' ? 'unknown' : (outcomeOfCode[code] ?? 'fault')
}
