// Answers of the token endpoint that the store could not accept: into the journal, and from there to their attempts.

import { PunctualError } from '../core/errors.ts'
import { grantId } from '../core/grant.ts'
import { unknownClient } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Transport } from '../oauth/transport.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { GrantRecords } from '../records/grants.ts'
import { identifyAccount } from './identify.ts'
import type { FlowReport } from './report.ts'
import { revokeTokens } from './revoke-tokens.ts'

/** An answer, sealed for its attempt. */
export interface JournaledAnswer {
  readonly attempt: string
  readonly client: string
  readonly answer: string
}

/** What keeps an answer that the store does not accept. */
export interface AnswerJournal {
  keepAnswer(answer: JournaledAnswer): Promise<{ readonly durable: boolean }>
  holdsAnswer(attempt: string): boolean
}

/** What brings the journal's entries into the store. */
export interface JournalReplay {
  /** Offers a client's answers to the store once. */
  answers(client: string): Promise<unknown>
  /** Offers every entry in the background until the store is back. */
  soon(): void
}

/**
 * Returns a function that puts a sealed answer into the journal, from where it reaches the store as soon as that is
 * back.
 */
export function createKeepInJournal({
  journal,
  replay,
  report,
}: {
  readonly journal: AnswerJournal
  readonly replay: JournalReplay
  readonly report: Pick<FlowReport, 'journaled'>
}): (attempt: Attempt, sealed: string) => Promise<void> {
  return async ({ id, client }, answer) => {
    const { durable } = await journal.keepAnswer({ attempt: id, client, answer }).finally(replay.soon)
    report.journaled(client, durable)
  }
}

export interface StoreJournaledDependencies {
  readonly attempts: Pick<AttemptRecords, 'get' | 'keepAnswer' | 'openAnswer' | 'sealAnswer'>
  readonly grants: Pick<GrantRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
  readonly resume: (attempt: Attempt) => Promise<unknown>
  readonly track: (work: Promise<unknown>) => void
}

/**
 * Returns a function that stores an answer of the journal and continues its attempt. If the attempt has already ended
 * without this answer, the tokens are revoked.
 */
export function createStoreJournaledAnswer(
  dependencies: StoreJournaledDependencies,
): (kept: JournaledAnswer, ageMs: number) => Promise<void> {
  const { attempts, grants, clients, transport, resume, track } = dependencies
  return async (kept, ageMs) => {
    const { attempt: id, client: clientId } = kept
    const asked = attempts.openAnswer(id, kept.answer, ageMs)
    const { answer } = asked
    await attempts.keepAnswer(id, attempts.sealAnswer(id, asked))
    const attempt = await attempts.get(id)
    if (attempt?.phase === 'exchanged') return track(resume(attempt))
    if (attempt?.outcome && 'connection' in attempt.outcome) return
    const client = clients.get(clientId)
    if (!client) throw unknownClient(clientId)
    // An attempt that is no longer stored may have ended well: then these may be the tokens of a live grant.
    if (!attempt && (await mayBeInUse(client, answer))) return
    const outcome = await revokeTokens(transport, client, answer)
    if (!outcome.revoked && outcome.reason === 'unavailable') throw providerAway
  }

  async function mayBeInUse(client: Client, answer: TokenAnswer): Promise<boolean> {
    const found = await identifyAccount(transport, client, answer)
    if ('away' in found) throw providerAway
    if ('unknown' in found) return true
    const grant = await grants.get(grantId(client.id, found.account.id))
    return grant !== null && grant.status !== 'closed'
  }
}

const providerAway = new PunctualError('provider_unavailable', 'The provider did not answer.', { retryable: true })
