// What is known of a connection right now: how the provider responds to the sample calls of its definition, and when the
// access token expires. A failure is a fact to show, not an error of the page.

import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { Client, Sample } from '../core/provider.ts'
import { answerOf } from './answer.ts'

export interface LiveAnswer {
  readonly sample: Sample
  readonly path: string
  readonly status: number
  readonly tookMs: number
  /** `undefined` when the body is not JSON. */
  readonly json: unknown
  /** Whether the list goes on with another page. */
  readonly goesOn: boolean
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
  const answers = await Promise.all(client.provider.samples.map((sample) => ask(connection, client, { sample, clock })))
  const token = await answerOf(clock, (signal) => connection.token({ minimumValidityMs: 0, signal }))
  if (token instanceof Error) return { answers, endsAt: null, failure: token }
  return { answers, endsAt: token.expiresAt, failure: null }
}

async function ask(
  connection: Connection,
  { provider }: Client,
  { sample, clock }: { readonly sample: Sample; readonly clock: Clock },
): Promise<LiveAnswer | LiveFailure> {
  const path = sample.path(connection.account)
  const headers = { accept: 'application/json', ...sample.headers }
  const before = clock.now()
  const answer = await answerOf(clock, async (signal) => {
    const response = await connection.fetch(path, { headers, signal })
    const { status } = response
    const json = parseJson(await response.text())
    const list = provider.paging?.({ status, headers: response.headers, json }, new URL(path, provider.apiBase))
    return { status, json, goesOn: (list?.next ?? null) !== null }
  })
  if (answer instanceof Error) return { sample, path, failure: answer }
  return { sample, path, ...answer, tookMs: clock.now() - before }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
