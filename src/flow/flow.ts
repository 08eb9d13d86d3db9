// How connections begin, are made and end, and how a process continues what a crash has interrupted.

import type { Clock, Random } from '../core/clock.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Transport } from '../oauth/transport.ts'
import type { AttemptRecords } from '../records/attempts.ts'
import type { ConnectSessionRecords } from '../records/connect-sessions.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import { createAccountFacts } from './account-facts.ts'
import {
  type AnswerJournal,
  createKeepInJournal,
  createStoreJournaledAnswer,
  type JournaledAnswer,
  type JournalReplay,
} from './answer-journal.ts'
import { type AttachDependencies, createAttach, createResume } from './attach.ts'
import { createAwaitOutcome, createInBrowserTime } from './await-outcome.ts'
import { type Begin, type BeginDependencies, createBegin } from './begin.ts'
import { type Callback, createCallback, createDecide, type DecideDependencies } from './callback.ts'
import { type Complete, createComplete } from './complete.ts'
import { createCompleteAttempt } from './complete-attempt.ts'
import { createCompleteSession } from './connect-session-completion.ts'
import { createSessionProgress } from './connect-session-progress.ts'
import { type ConnectSessions, createConnectSessions } from './connect-sessions.ts'
import { type CloseGrant, createCloseGrant, createDisconnect, type Disconnect } from './disconnect.ts'
import { createFailAttempt } from './outcome.ts'
import { createRecover } from './recover.ts'
import type { FlowReport } from './report.ts'
import { createRevokeHeld, createRevokeUnused } from './revoke-unused.ts'
import { createKeepAnswer, createSettle } from './settle.ts'

export interface Flow {
  readonly begin: Begin
  readonly finish: Callback
  readonly complete: Complete
  readonly connectSessions: ConnectSessions
  readonly disconnect: Disconnect
  /** Revokes and empties a grant that is closing, once more. */
  readonly closeGrant: CloseGrant
  /** A background job: continues the attempts that another process left unfinished. */
  recover(): Promise<void>
  /** Brings an answer of the journal, which is that old, to its attempt. */
  storeJournaledAnswer(answer: JournaledAnswer, ageMs: number): Promise<void>
  /** Asks the provider, once a day and grant, what the account of a grant is called now. */
  updateAccount(grant: Grant): Promise<void>
}

export interface FlowSettings extends Pick<BeginDependencies, 'baseUrl' | 'returnTo'> {
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly random: Random
  readonly currentOwner: DecideDependencies['currentOwner']
}

export interface FlowDependencies {
  readonly settings: FlowSettings
  readonly records: {
    readonly attempts: AttemptRecords
    readonly connectSessions: ConnectSessionRecords
    readonly connections: ConnectionRecords
    readonly grants: GrantRecords
  }
  /** How token requests are sent, and the requests that identify an account. */
  readonly transport: Transport
  /** When a new token set falls due, and how often it may be refreshed. */
  readonly due: Pick<AttachDependencies, 'schedule' | 'pace'>
  readonly journal: AnswerJournal
  readonly replay: JournalReplay
  /** Records that the background could not work on. */
  readonly aside: SetAside
  readonly report: FlowReport
  /** Keeps work that no caller waits for in sight of `stop`. */
  readonly track: (work: Promise<unknown>) => void
}

export function createFlow(dependencies: FlowDependencies): Flow {
  const { settings, records, transport, journal, replay, due, aside, report, track } = dependencies
  const { baseUrl, clients, clock, random, returnTo, currentOwner } = settings
  const { attempts, connectSessions: sessions, connections, grants } = records

  const failAttempt = createFailAttempt({ attempts, report })
  const revokeUnused = createRevokeUnused({ attempts, clients, transport })
  const attach = createAttach({
    attempts,
    connections,
    grants,
    clients,
    transport,
    random,
    ...due,
    failAttempt,
    revokeUnused,
    report,
    track,
  })
  const resume = createResume(attach)
  const awaitOutcome = createAwaitOutcome({ attempts, clock, journal, replay, failAttempt, resume })
  const keepInJournal = createKeepInJournal({ journal, replay, report })
  const keepAnswer = createKeepAnswer({ attempts, clock, keepInJournal })
  const settle = createSettle({
    attempts,
    clients,
    transport,
    baseUrl,
    keepAnswer,
    attach,
    awaitOutcome,
    failAttempt,
    revokeUnused,
    track,
  })
  const inBrowserTime = createInBrowserTime({ clock, track })
  const decide = createDecide({ attempts, currentOwner, settle, report })
  const closeGrant = createCloseGrant({ grants, clients, transport })

  const begin = createBegin({ attempts, connections, clients, random, baseUrl, returnTo })
  const completeAttempt = createCompleteAttempt({ settle, awaitOutcome, inBrowserTime })
  const progress = createSessionProgress({ attempts, sessions })
  const completeSession = createCompleteSession({ sessions, connections, progress, completeAttempt })
  const ofSessions = { sessions, attempts, connections, clients, progress, begin, baseUrl, returnTo }
  return {
    begin,
    finish: createCallback({
      attempts,
      clients,
      baseUrl,
      report,
      decide,
      awaitOutcome,
      inBrowserTime,
    }),
    complete: createComplete({ attempts, completeAttempt, completeSession }),
    connectSessions: createConnectSessions(ofSessions),
    disconnect: createDisconnect({ connections, closeGrant, aside, report }),
    closeGrant,
    recover: createRecover({
      attempts,
      grants,
      clients,
      resume,
      revokeHeld: createRevokeHeld({ attempts, revokeUnused }),
      closeGrant,
      clock,
      aside,
    }),
    storeJournaledAnswer: createStoreJournaledAnswer({ attempts, grants, clients, transport, resume, track }),
    updateAccount: createAccountFacts({ grants, clients, transport }),
  }
}
