// What is known of a connection right now: how the provider responds to the sample calls of its definition, and when the
// access token expires. A failure is a fact to show, not an error of the page.

import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import type { Client, Sample } from '../core/provider.ts'

/** How long a page waits for a provider. */
const deadlineMs = 8000

export interface LiveAnswer {
  readonly sample: Sample
  readonly path: string
  readonly status: number
  readonly tookMs: number
  /** `undefined` when the body is not JSON. */
  readonly json: unknown
}

export interface LiveFailure {
  readonly sample: Sample
  readonly path: string
  readonly failure: PunctualError
}

export interface LiveFacts {
  readonly answers: readonly (LiveAnswer | LiveFailure)[]
  /** When the access token expires; `null` when no token works. */
  readonly endsAt: Date | null
  /** Why the connection does not work; `null` when it does. */
  readonly failure: PunctualError | null
}

/** Sends all sample calls at once. */
export async function liveFacts(connection: Connection, client: Client | null, clock: Clock): Promise<LiveFacts> {
  if (connection.status !== 'active' || !client) return { answers: [], endsAt: null, failure: null }
  const answers = await Promise.all(client.provider.samples.map((sample) => ask(connection, sample, clock)))
  try {
    const { expiresAt } = await withDeadline(clock, deadlineMs, undefined, (signal) =>
      connection.token({ minimumValidityMs: 0, signal }),
    )
    return { answers, endsAt: expiresAt, failure: null }
  } catch (error) {
    return { answers, endsAt: null, failure: asFailure(error) }
  }
}

async function ask(connection: Connection, sample: Sample, clock: Clock): Promise<LiveAnswer | LiveFailure> {
  const path = sample.path(connection.account)
  const headers = { accept: 'application/json', ...sample.headers }
  const before = clock.now()
  try {
    const [status, text] = await withDeadline(clock, deadlineMs, undefined, async (signal) => {
      const response = await connection.fetch(path, { headers, signal })
      return [response.status, await response.text()] as const
    })
    return { sample, path, status, tookMs: clock.now() - before, json: parseJson(text) }
  } catch (error) {
    return { sample, path, failure: asFailure(error) }
  }
}

function asFailure(error: unknown): PunctualError {
  if (error instanceof PunctualError) return error
  if (error instanceof TransportError) {
    return new PunctualError('provider_unavailable', 'The provider did not respond in time.', {
      reason: error.reason,
      retryable: true,
    })
  }
  throw error
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
