// Follows the one request of a step that changes something at the provider: notes in the store that it may leave, lets it
// leave only while it may, and knows afterwards whether it can have been carried out. What a function of a provider throws
// does not tell: it may have failed after the change, while it read the result.

import type { ApiCaller, CallInit, CallResult } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'

/**
 * `unsent`: it certainly changed nothing, and may be sent again. `refused`: the provider has judged and refused it.
 * `unknown`: it may have been carried out.
 */
export type Fate = 'unsent' | 'refused' | 'unknown'

export interface FollowedCaller {
  readonly api: ApiCaller
  /** What can have become of the request by now, and the error with which the provider refused it. */
  seen(): { readonly fate: Fate; readonly refusal: PunctualError | null }
}

export interface FollowInit {
  /** Whose signal does not reach a request that changes something: once it has left, its answer is heard. */
  readonly changing: ApiCaller
  /** Makes all other requests. */
  readonly reading: ApiCaller
  /** Called before the first request that changes something. A rejection keeps it from leaving. */
  readonly leaves: () => Promise<void>
  /** Whether the step makes something. A DELETE then does not count: it ends a hold, say, before the booking. */
  readonly makes: boolean
  /** The limits of such a request from now on. */
  readonly limits: () => Pick<CallInit, 'latestSendMs'>
}

export function followRequest({ changing, reading, leaves, makes, limits }: FollowInit): FollowedCaller {
  let fate: Fate = 'unsent'
  let refusal: PunctualError | null = null
  let isNoted = false

  /** After one request may have been carried out, no later one makes that undone. */
  function judge(failure: unknown): void {
    if (fate === 'unknown') return
    fate = failure === null ? 'unknown' : fateAfter(failure)
    refusal = fate === 'refused' ? (failure as PunctualError) : null
  }

  async function change(path: string | URL, init: CallInit): Promise<CallResult> {
    if (!isNoted) await leaves()
    isNoted = true
    try {
      const result = await changing.call(path, { ...init, ...limits() })
      judge(result.failure)
      return result
    } catch (error) {
      judge(error)
      throw error
    }
  }

  const counts = (method = 'GET') => !safeMethods.test(method) && !(makes && /^DELETE$/i.test(method))

  const api: ApiCaller = {
    provider: reading.provider,
    account: reading.account,
    pages: reading.pages,
    call: (path, init = {}) => (counts(init.method) ? change(path, init) : reading.call(path, init)),
  }
  return { api, seen: () => ({ fate, refusal }) }
}

/** Returns what the failure of a call that changes something says about the change. */
function fateAfter(error: unknown): Fate {
  if (!(error instanceof PunctualError)) return 'unknown'
  if (error.code === 'provider_unavailable') return error.reason === 'outcome_unknown' ? 'unknown' : 'unsent'
  // One that may be tried again is not a judgement: the provider may have failed half way.
  if (error.code === 'provider_refused') return error.retryable ? 'unknown' : 'refused'
  return 'unsent'
}

/** RFC 9110, section 9.2.1. */
const safeMethods = /^(GET|HEAD|OPTIONS)$/i
