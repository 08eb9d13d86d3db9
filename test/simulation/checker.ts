// Watches a history and interferes with nothing: every presentation of a refresh token, every write to a grant, and where
// each token set is. It compares each fact with the rules as soon as it happens; the first violation ends the history.

import type { Attachment } from '../../src/core/store/connections.ts'
import type { Claim, Release } from '../../src/core/store/grants.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type BookingChecker, createBookingChecker } from './booking-checker.ts'
import type { EventConsumer } from './event-checker.ts'
import { createEventCheckers, type EventCheckers } from './event-checkers.ts'
import { checkConsents, checkEndedGrants, checkOverGrants } from './grant-rules.ts'
import { createPresentationRules, type PresentationRules } from './presentation-rules.ts'
import type { SimulatedProvider } from './provider.ts'
import { createRows, type Row } from './rows.ts'
import type { IssuedSet } from './token-issuer.ts'
import { createTokenTracker, type TokenTracker } from './token-tracker.ts'
import { isUnreadable } from './unreadable-rows.ts'
import type { SimulatedProcess, StoreClock } from './world.ts'

export type Rule =
  /** A refresh token whose outcome is known is not presented again, nor by two processes at once, nor without a lease. */
  | 'spent_once'
  /** A token set is replaced only by its own child, its fallback or a new consent; the generation counts each step. */
  | 'in_order'
  /** No grant is over while the provider honours a set of it that the store, a process or a journal holds. */
  | 'not_declared_over'
  /** A grant that is over at the end was revoked by its user, or the answer with its tokens was lost. */
  | 'not_lost'
  /** A grant ends as `refused` only after a clear refusal, and only if no outcome of that token is unknown. */
  | 'honest_reason'
  /** A grant has at most eight presentations in any minute, and none is put off for more than an hour. */
  | 'paced'
  /** No caller gets `needs_reconnect`, or an unexplained error, about a live grant; every call ends. */
  | 'callers'
  /** No caller gets a token more than a second after its grant or connection has ended, or after its process has ended it. */
  | 'ended_tokens'
  /** A consent whose answer arrived becomes a connection, or is revoked. */
  | 'consents'
  /** No refresh is left behind in a process that is frozen as soon as it has answered. */
  | 'frozen'
  /** A journal file of another database, or one that does not open, stays where it is. */
  | 'foreign_files'
  /** The escrow has what the store has of a grant, unless a fault has kept it out. */
  | 'escrowed'
  /** After a complete erasure nothing of its owner is there, and nothing comes back. */
  | 'erased'
  /** No event is deleted before the host application has received it. */
  | 'swept'
  /** `stop` leaves nothing in flight. */
  | 'stops'
  /** No rejected promise is left unhandled, and nothing runs for ever. */
  | 'quiet'
  /** The host application receives each committed change and each delivery answered 200, in order, and nothing else. */
  | 'delivered'
  /** An acknowledged event does not come again. */
  | 'acknowledged'
  /** No two events of one ordering key are dispatched at the same time. */
  | 'one_at_a_time'
  /** The reader of the feed gets each published event once, in the order of publishing. */
  | 'feed'

  /** No key makes two bookings. */
  | 'booked_once'
  /** Every key ends as done, refused, or unknown with a reason. */
  | 'keys_end'
  /** What a key says and what its callers get is what the provider has done for it. */
  | 'told_truth'
  /** A rebooking leaves one booking, or says that it is half done. */
  | 'rebooked'
  /** What a key was refused stays refused. */
  | 'refused_stays'

export type ReportViolation = (rule: Rule, sentence: string) => void

/** The longest wait that a provider may ask for. */
const longestWaitMs = 3_600_000

export class Violation extends Error {
  readonly rule: Rule
  constructor(rule: Rule, sentence: string) {
    super(sentence)
    this.rule = rule
  }
}

export interface Checker {
  readonly tracker: TokenTracker
  readonly events: EventCheckers
  readonly bookings: BookingChecker
  readonly rows: ReadonlyMap<string, Row>
  /** Connections that have ever been disconnected. */
  readonly disconnected: Map<string, Disconnection>
  /** The first violation; later ones are its consequences. */
  readonly violation: Violation | null
  readonly reportViolation: ReportViolation
  /** A refresh token leaves the process. Returns what to call with the outcome as that process sees it. */
  presented(process: SimulatedProcess, token: string): (result: 'issued' | 'refused' | 'harmless' | 'unknown') => void
  /** A grant's row has just been written by `operation`, called with these values. */
  wrote(process: SimulatedProcess, operation: string, grant: string, values: readonly unknown[]): Promise<void>
  /** The database was put back: reads that grant again. `null`: it is not there any more. */
  restored(grant: string): Promise<Row | null>
  /** A set that is held after a restore. `mayBeSpent`: a fault has kept out of the escrow what it was spent for. */
  setRestored(set: IssuedSet, mayBeSpent: boolean): void
  /** The pace of the presentations went back too. */
  allRestored(): void
  /** Something may keep the process from extending that lease. */
  leaseDelayed(lease: string): void
  /** The number of presentations of that process that began since then and have no outcome. */
  inFlight(process: SimulatedProcess, since?: number): number
  /** A fault was injected: from now on an unknown outcome is a possible reason for an ended grant. */
  noteFault(): void
  /** Compares the present state with the rules. */
  check(): void
  /** The last check: nothing is in flight, nothing fails, and all replicas have had their time. */
  checkEnd(keptAlways: boolean): void
}

export interface Disconnection {
  /** When it was last disconnected, and whether it still is. */
  readonly at: number
  readonly still: boolean
  /** When the `disconnect` of a process has resolved. */
  readonly knownSince: Map<SimulatedProcess, number>
}

interface GrantWrite {
  readonly process: SimulatedProcess
  readonly operation: string
  readonly values: readonly unknown[]
  readonly before: Row | undefined
  readonly after: Row
}

export function createChecker(
  now: () => number,
  provider: SimulatedProvider,
  store: Store,
  storeClock: StoreClock,
  consumer: EventConsumer,
): Checker {
  const tracker = createTokenTracker()
  let violation: Violation | null = null
  let faultHappened = false
  let changed = false
  const reportViolation = (rule: Rule, sentence: string) => {
    violation ??= new Violation(rule, sentence)
  }
  const rows = createRows(now, store, provider, tracker)
  const presentations = createPresentationRules(now, reportViolation)
  const bookings = createBookingChecker(now, provider, store, storeClock, reportViolation)

  return {
    tracker,
    events: createEventCheckers(now, consumer, storeClock, reportViolation),
    bookings,
    rows: rows.all,
    disconnected: new Map(),
    get violation() {
      return violation
    },
    reportViolation,
    presented(process, token) {
      const set = provider.sets[Number(token.slice(2)) - 1]
      if (set) return presentations.presented(process, set)
      reportViolation('spent_once', `${process.name} presented "${token}", which was never issued`)
      return () => {}
    },
    leaseDelayed: presentations.delayed,
    restored(grant) {
      changed = true
      return rows.read(grant)
    },
    setRestored: presentations.restored,
    allRestored: presentations.allRestored,
    async wrote(process, operation, grant, values) {
      if (isUnreadable(grant)) return
      const before = rows.all.get(grant)
      const after = await rows.read(grant)
      changed = true
      if (!after) return
      checkOrder({ process, operation, values, before, after }, reportViolation)
      if (before && operation !== 'heal') checkReason(before, after, presentations, faultHappened, reportViolation)
      if (operation === 'useFallback') faultHappened = true
      record({ process, operation, values, before, after }, presentations)
      if (operation === 'release' && (values[3] as Release).retryInMs > longestWaitMs)
        reportViolation('paced', `${after.name} is left alone for ${(values[3] as Release).retryInMs} ms`)
    },
    inFlight: presentations.inFlight,
    noteFault() {
      faultHappened = true
    },
    check() {
      bookings.check()
      if (changed) checkOverGrants(rows.all, provider, tracker, now(), reportViolation)
      // A set in a living process may make a grant wrongly over at any later step; only rows that are not over are skipped.
      changed = [...rows.all.values()].some((row) => row.status === 'over')
    },
    checkEnd(keptAlways) {
      checkEndedGrants(rows.all, provider, tracker, keptAlways, reportViolation)
      checkConsents(provider, tracker, reportViolation)
    },
  }
}

/** Tells the rules of presentations what this write says about leases and outcomes. */
function record({ process, operation, values, before, after }: GrantWrite, presentations: PresentationRules): void {
  const hasEnded = after.status === 'over' && before?.status === 'live'
  if (before?.set && (operation === 'commit' || operation === 'useFallback' || hasEnded))
    presentations.recorded(before.set)
  if (operation === 'claim') {
    const { owner, leaseMs } = values[2] as Claim
    presentations.claimed(process, after, owner, leaseMs)
  }
  if (operation === 'extend') presentations.extended(values[1] as string, values[2] as number)
}

/** Rule `honest_reason`. */
function checkReason(
  before: Row,
  after: Row,
  presentations: PresentationRules,
  faultHappened: boolean,
  reportViolation: ReportViolation,
): void {
  if (after.status !== 'over' || before.status !== 'live' || !before.set) return
  const { name, reason } = after
  if (reason === 'refused' && presentations.isUnsure(before.set))
    reportViolation('honest_reason', `${name} ended as refused, but an answer about set ${before.set.n} was lost`)
  // Where a fallback set was tried, two sets have been refused, and nothing tells which outcome was unknown.
  if (reason === 'outcome_unknown' && !faultHappened)
    reportViolation('honest_reason', `${name} ended for an unknown outcome, and no answer was ever lost`)
}

/** Rule `in_order`. */
function checkOrder({ operation, values, before, after }: GrantWrite, reportViolation: ReportViolation): void {
  // What a row is healed to is compared with the escrow.
  if (!before || after.status === 'closed' || operation === 'heal') return
  const steps = after.generation - before.generation
  const from = `set ${before.set?.n} (${before.generation})`
  const sentence = `${operation} moved ${after.name} from ${from} to set ${after.set?.n} (${after.generation})`
  const above = operation === 'attach' ? ((values[0] as Attachment).grant.above ?? 0) : 0
  if (steps < 0 || steps > Math.max(1, above + 1 - before.generation)) reportViolation('in_order', sentence)
  if (steps === 0 && after.set !== before.set) reportViolation('in_order', `${sentence} in one generation`)
  if (steps === 0) return
  // A closed grant holds nothing; a set that comes late opens it again, to be revoked.
  if (operation === 'commit' && before.set && after.set?.parent !== before.set) reportViolation('in_order', sentence)
  if (operation === 'useFallback' && after.set !== before.fallbackSets[0]) reportViolation('in_order', sentence)
}
