// What a connection can say for itself right now: the provider's answers to the definition's samples, and when the
// token ends. A failure is a fact to show, not an error of the page.

import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import type { Client, Sample } from '../core/provider.ts'

/** Ms that a page waits for a provider. */
const patience = 8000

export interface LiveAnswer {
  readonly sample: Sample
  readonly path: string
  readonly status: number
  /** Ms from question to answer. */
  readonly took: number
  /** `undefined` where the body is no JSON. */
  readonly json: unknown
}

export interface LiveFailure {
  readonly sample: Sample
  readonly path: string
  readonly failure: PunctualError
}

export interface LiveFacts {
  readonly answers: readonly (LiveAnswer | LiveFailure)[]
  /** When the access token ends; `null` where there is none that lives. */
  readonly endsAt: Date | null
  /** Why the connection does not work, if it does not. */
  readonly failure: PunctualError | null
}

/** Asks the samples, all at once. */
export async function liveFacts(connection: Connection, client: Client | null, clock: Clock): Promise<LiveFacts> {
  if (connection.status !== 'active' || !client) return { answers: [], endsAt: null, failure: null }
  const answers = await Promise.all(client.provider.samples.map((sample) => ask(connection, sample, clock)))
  try {
    const { expiresAt } = await withDeadline(clock, patience, undefined, (signal) =>
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
    const [status, text] = await withDeadline(clock, patience, undefined, async (signal) => {
      const response = await connection.fetch(path, { headers, signal })
      return [response.status, await response.text()] as const
    })
    return { sample, path, status, took: clock.now() - before, json: parseJson(text) }
  } catch (error) {
    return { sample, path, failure: asFailure(error) }
  }
}

function asFailure(error: unknown): PunctualError {
  if (error instanceof PunctualError) return error
  if (error instanceof TransportError) {
    return new PunctualError('provider_unavailable', 'The provider did not answer in time.', {
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
