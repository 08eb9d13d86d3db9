// From a stored answer to a connection: finds out whose account it is, and attaches the connection. What cannot be
// attached is revoked.

import { type Random, randomId } from '../core/clock.ts'
import type { Account } from '../core/connection.ts'
import type { Client, Provider } from '../core/provider.ts'
import type { Pace } from '../core/store/grants.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Transport } from '../oauth/transport.ts'
import type { AskedAnswer, Attempt, AttemptRecords } from '../records/attempts.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { GrantRecords } from '../records/grants.ts'
import type { Schedule } from '../records/refreshed-set.ts'
import { clientOf } from './client-of.ts'
import { identifyAccount } from './identify.ts'
import { type AttemptFailure, type FailAttempt, forgotten, type Outcome } from './outcome.ts'
import type { FlowReport } from './report.ts'
import { revokeTokens } from './revoke-tokens.ts'
import type { RevokeUnused } from './revoke-unused.ts'

/** Attaches; `null` where another process has moved the attempt on. */
export type Attach = (attempt: Attempt, asked: AskedAnswer) => Promise<Outcome | null>

export interface AttachDependencies {
  readonly attempts: Pick<AttemptRecords, 'sealAnswer'>
  readonly connections: Pick<ConnectionRecords, 'attach' | 'get'>
  readonly grants: Pick<GrantRecords, 'openSealed'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
  readonly random: Random
  /** When a set that was asked for `elapsedMs` ago ends and falls due. */
  readonly schedule: (provider: Provider, answer: TokenAnswer, elapsedMs: number) => Schedule
  /** How often a grant of that provider may be refreshed. */
  readonly pace: (provider: Provider) => Pace
  readonly failAttempt: FailAttempt
  readonly revokeUnused: RevokeUnused
  readonly report: Pick<FlowReport, 'connected' | 'fault'>
  readonly track: (work: Promise<unknown>) => void
}

export function createAttach(dependencies: AttachDependencies): Attach {
  const { attempts, connections, grants, clients, transport, random, schedule, pace } = dependencies
  const { failAttempt, revokeUnused, report, track } = dependencies

  return async (attempt, asked) => {
    const { answer, sentAt } = asked
    const client = clientOf(clients, attempt)
    const found = await identifyAccount(transport, client, answer)
    // The answer stays stored: the same callback, or the next round of the background, tries again.
    if ('away' in found) return { error: 'provider_unavailable', reason: found.away }
    if ('unknown' in found) {
      report.fault(found.unknown)
      return reject({ error: 'client_misconfigured', reason: 'account_unknown' })
    }
    if (await isAnotherAccount(attempt, found.account)) return reject({ error: 'account_mismatch', reason: null })
    const attached = await connections.attach({
      attempt: attempt.id,
      client: client.id,
      owner: attempt.owner,
      reconnect: attempt.reconnect,
      account: found.account,
      answer,
      scopes: answer.scopes ?? attempt.scopes,
      schedule: schedule(client.provider, answer, transport.clock.monotonic() - sentAt),
      keepReplaced: client.provider.refreshEndsSiblings,
      pace: pace(client.provider),
      connection: randomId(random, 'connection'),
    })
    if (!attached) return null
    const { connection, created, revived, replaced } = attached
    report.connected(connection, created, revived)
    if (replaced) track(revokeReplaced(client, connection.grant, replaced, answer))
    return { connection: connection.id }

    async function reject(failure: Omit<AttemptFailure, 'from' | 'unused'>): Promise<Outcome> {
      const unused = attempts.sealAnswer(attempt.id, asked)
      const outcome = await failAttempt(attempt, { ...failure, from: 'exchanged', unused })
      // A process that was suspended for long may come back to an attempt that another one has attached and deleted.
      if ('error' in outcome && outcome !== forgotten) await revokeUnused(attempt, answer)
      return outcome
    }
  }

  async function isAnotherAccount(attempt: Attempt, account: Account): Promise<boolean> {
    if (attempt.reconnect === null || attempt.anotherAccount) return false
    const row = await connections.get(attempt.reconnect)
    return row !== null && row.account.id !== account.id
  }

  /** Revokes what the provider still honours of the old set, unless it issued the same tokens again. */
  async function revokeReplaced(client: Client, grant: string, sealed: string, current: TokenAnswer): Promise<void> {
    const old = grants.openSealed(grant, sealed)
    const isSame =
      old.accessToken.reveal() === current.accessToken.reveal() ||
      (old.refreshToken !== null && old.refreshToken.reveal() === current.refreshToken?.reveal())
    if (!isSame) await revokeTokens(transport, client, old)
  }
}

/** Returns a function that attaches the answer that is stored for an attempt; `null` if none is stored. */
export function createResume(attach: Attach): (attempt: Attempt) => Promise<Outcome | null> {
  return async (attempt) => {
    const kept = attempt.answer()
    return kept && attach(attempt, kept)
  }
}
