// Sees everything and interferes with nothing: every presentation of a refresh token, every write to a grant, whose
// hands a set is in. It holds each fact against the rules the moment it happens; the first breach ends the history.

import type { Claim, Release } from '../../src/core/store/grants.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createClaims } from './claims.ts'
import { createTold, type Hearing, type Told } from './event-checker.ts'
import { isGhost } from './ghosts.ts'
import { judgeConsents, judgeEnd, judgeOver } from './grant-rules.ts'
import type { IssuedSet, SimulatedProvider } from './provider.ts'
import { createRows, type Row } from './rows.ts'
import { type Custody, createCustody } from './token-tracker.ts'
import type { Life, StoreClock } from './world.ts'

export type Rule =
  /** A refresh token whose outcome is known is not presented again; nor by two at once; nor without a claim. */
  | 'spent_once'
  /** A set is replaced only by its own child, its spare or a new consent; the generation counts each step. */
  | 'in_order'
  /** No grant is over while the provider honours a set of it that the store, a process or a journal holds. */
  | 'not_declared_over'
  /** A grant that is over at the end was revoked by its user, or its answer was lost. */
  | 'not_lost'
  /** `refused` is said only of a clear refusal, with no outcome of that token unknown. */
  | 'honest_reason'
  /** At most eight presentations of a grant in any minute; and none is put off for more than an hour. */
  | 'paced'
  /** No caller is told `needs_reconnect`, or anything unexplained, about a grant that lives; every caller gets an end. */
  | 'callers'
  /** A consent whose answer came becomes a connection, or is revoked. */
  | 'consents'
  /** No refresh is left behind in a process that is frozen as soon as it has answered. */
  | 'frozen'
  /** A journal file that is not ours, or does not open, stays where it is. */
  | 'strays'
  /** No event is deleted before somebody has heard it. */
  | 'swept'
  /** `stop` leaves nothing in flight. */
  | 'stops'
  /** No promise is rejected unheard, nothing runs for ever. */
  | 'quiet'
  /** The host application hears of each committed change and each delivery answered 200, in order, and of nothing else. */
  | 'told'
  /** What is acknowledged does not come again. */
  | 'acknowledged'
  /** No two events of one subject are in hand at once. */
  | 'one_at_a_time'

/** Ms that a provider may ask for at most. */
const longestWait = 3_600_000

export class Broken extends Error {
  readonly rule: Rule
  constructor(rule: Rule, sentence: string) {
    super(sentence)
    this.rule = rule
  }
}

export interface Ledger {
  readonly custody: Custody
  readonly told: Told
  readonly rows: ReadonlyMap<string, Row>
  /** Connections that have ever ended: when last, and whether they are ended now. */
  readonly disconnected: Map<string, { readonly at: number; readonly still: boolean }>
  /** The first breach; later ones are its consequences. */
  readonly broken: Broken | null
  breach(rule: Rule, sentence: string): void
  /** A refresh token leaves the process. Answers what to call with the outcome as that process sees it. */
  presented(life: Life, token: string): (result: 'issued' | 'refused' | 'harmless' | 'unknown') => void
  /** A grant's row has just been written by `operation`, called with these values. */
  wrote(life: Life, operation: string, grant: string, values: readonly unknown[]): Promise<void>
  /** The process may not get to prolong that lease. */
  hindered(lease: string): void
  /** Presentations of that process which are under way, of those that began since then. */
  underWay(life: Life, since?: number): number
  /** Something has happened that a flawless world does not have. */
  trouble(): void
  /** Holds the state of the moment against the rules. */
  check(): void
  /** The last judgement: nothing is under way, nothing is broken, all replicas have had their time. */
  judge(kept: boolean): void
}

export function createLedger(
  now: () => number,
  provider: SimulatedProvider,
  store: Store,
  storeClock: StoreClock,
  hearing: Hearing,
): Ledger {
  const custody = createCustody()
  let broken: Broken | null = null
  let troubled = false
  let changed = false
  const breach = (rule: Rule, sentence: string) => {
    broken ??= new Broken(rule, sentence)
  }
  const rows = createRows(now, store, provider, custody)
  const claims = createClaims(now, breach)

  /** Rule `honest_reason`. */
  function judgeReason(row: Row, set: IssuedSet): void {
    if (row.reason === 'refused' && claims.unsure(set))
      breach('honest_reason', `${row.name} is said to be refused, but an answer about set ${set.n} was lost`)
    // Where a spare was tried, two sets have been refused, and nobody can tell which of them was in doubt.
    if (row.reason === 'outcome_unknown' && !troubled)
      breach('honest_reason', `${row.name} is said to be over for an unknown outcome, and nothing was ever lost`)
  }

  /** Rule `in_order`. */
  function judgeOrder(operation: string, before: Row | undefined, after: Row): void {
    if (!before || after.status === 'closed') return
    const steps = after.generation - before.generation
    const sentence = `${operation} took ${after.name} from set ${before.set?.n} (${before.generation}) to set ${after.set?.n} (${after.generation})`
    if (steps < 0 || steps > 1) breach('in_order', sentence)
    if (steps === 0 && after.set !== before.set) breach('in_order', `${sentence} in one generation`)
    if (steps === 0) return
    // A grant that is closed holds nothing; a set that comes late opens it again, to be revoked.
    if (operation === 'commit' && before.set && after.set?.parent !== before.set) breach('in_order', sentence)
    if (operation === 'useFallback' && after.set !== before.spares[0]) breach('in_order', sentence)
  }

  return {
    custody,
    told: createTold(now, hearing, storeClock, breach),
    rows: rows.all,
    disconnected: new Map(),
    get broken() {
      return broken
    },
    breach,
    presented(life, token) {
      const set = provider.sets[Number(token.slice(2)) - 1]
      if (!set) {
        breach('spent_once', `${life.name} presented "${token}", which was never issued`)
        return () => {}
      }
      return claims.presented(life, set)
    },
    hindered: claims.hindered,
    async wrote(life, operation, grant, values) {
      if (isGhost(grant)) return
      const before = rows.all.get(grant)
      const after = await rows.read(grant)
      changed = true
      if (!after) return
      judgeOrder(operation, before, after)
      if (before?.set && (operation === 'commit' || operation === 'useFallback')) claims.recorded(before.set)
      if (after.status === 'over' && before?.status === 'live' && before.set) {
        judgeReason(after, before.set)
        claims.recorded(before.set)
      }
      if (operation === 'useFallback') troubled = true
      if (operation === 'claim') {
        const { owner, leaseMs: lease } = values[2] as Claim
        claims.claimed(life, after, owner, lease)
      }
      if (operation === 'release' && (values[3] as Release).retryInMs > longestWait)
        breach('paced', `${after.name} is left alone for ${(values[3] as Release).retryInMs} ms`)
      if (operation === 'extend') claims.prolonged(values[1] as string, values[2] as number)
    },
    underWay: claims.underWay,
    trouble() {
      troubled = true
    },
    check() {
      if (changed) judgeOver(rows.all, provider, custody, now(), breach)
      // A set in a living process may become a reason at any later step; only quiet rows are skipped.
      changed = [...rows.all.values()].some((row) => row.status === 'over')
    },
    judge(kept) {
      judgeEnd(rows.all, provider, custody, kept, breach)
      judgeConsents(provider, custody, breach)
    },
  }
}
