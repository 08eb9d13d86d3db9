// What the steps of connecting share.

import type { Clock, Random } from '../core/clock.ts'
import type { AttemptEnd } from '../core/events.ts'
import type { Fetch } from '../core/http.ts'
import type { Client, Provider } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { Pace } from '../core/store/grants.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Attempts } from '../records/attempts.ts'
import type { Connections } from '../records/connections.ts'
import type { Grants, Schedule } from '../records/grants.ts'

/** What keeps an answer that the store does not take. */
export interface AnswerJournal {
  keepAnswer(answer: { readonly attempt: string; readonly client: string; readonly answer: string }): Promise<{
    readonly durable: boolean
  }>
  holdsAnswer(attempt: string): boolean
  /** Hands what it holds to the store. */
  replay(): Promise<unknown>
}

export interface FlowParts {
  readonly attempts: Attempts
  readonly connections: Connections
  readonly grants: Grants
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  /** Where this Punctual is reached; no slash at the end. */
  readonly baseUrl: string
  /** Addresses beyond the base's origin that a person may be sent back to. */
  readonly returnTo: readonly string[]
  /** Who is signed in to the host application; absent in server mode, where the host application is asked later. */
  readonly currentOwner: ((request: Request) => string | null | Promise<string | null>) | null
  /** When a set that was asked for `elapsed` ms ago ends and falls due. */
  readonly schedule: (provider: Provider, answer: TokenAnswer, elapsed: number) => Schedule
  readonly pace: (provider: Provider) => Pace
  readonly journal: AnswerJournal
  /** Records that the background could not work on. */
  readonly aside: SetAside
  readonly report: FlowReport
  /** Keeps work that nobody waits for in sight of `stop`. */
  readonly track: (work: Promise<unknown>) => void
}

/** What the flow tells whoever reports events. */
export interface FlowReport {
  /** `revived`: the others that rest on its grant can be used again, too. */
  connected(connection: ConnectionRow, created: boolean, revived: boolean): void
  disconnected(connection: ConnectionRow, revoked: boolean): void
  refused(client: string, reason: AttemptEnd): void
  /** An answer is in the journal; `durable` tells whether it is on disk. */
  journaled(client: string, durable: boolean): void
  /** A function of the host application or of a definition failed. */
  fault(error: unknown): void
}

/** The one path to which a client's answers come. */
export function callbackUrl(parts: Pick<FlowParts, 'baseUrl'>, client: string): string {
  return `${parts.baseUrl}/callback/${client}`
}
