// When a grant may be over. Rules `not_declared_over`, at every step, and `not_lost`, at the end.

import type { ReportViolation } from './checker.ts'
import type { SimulatedProvider } from './provider.ts'
import type { Row } from './rows.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { TokenTracker } from './token-tracker.ts'

const oneMinute = 60_000

/** The sets that the provider still honours for a grant: of consents that became connections and were not superseded. */
function honouredFor(row: Row, provider: SimulatedProvider, tracker: TokenTracker): IssuedSet[] {
  return provider.honoured(row.client, row.account).filter((set) => {
    const consent = tracker.stateOf(set.root)
    return consent.attached && !consent.superseded
  })
}

/**
 * Returns why this grant should not be over; `null`: it may be. A set that its holder has not been able to write to the
 * store (the write is in flight, or has failed) may leave the grant over for a while, but not at the end.
 */
export function whyWronglyOver(
  row: Row,
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  tracker: TokenTracker,
  now: number,
): string | null {
  for (const set of honouredFor(row, provider, tracker)) {
    const holder = [...rows.values()].find((other) => other.set === set || other.fallbackSets.includes(set))
    if (holder) return `${row.name} is over, and the provider honours set ${set.n}, which the store holds`
    const { deliveredTo, writesInFlight, lastWrite, lastWriteEndedAt } = tracker.stateOf(set)
    if (!deliveredTo || deliveredTo.ended || deliveredTo.pause) continue
    // A refused commit is not the end: its holder reads the row again, and keeps the set as a fallback.
    const since = Math.max(lastWriteEndedAt, deliveredTo.resumedAt)
    const isDecided =
      writesInFlight === 0 &&
      (lastWrite === 'accepted' ? since < now : lastWrite === 'refused' && since + oneMinute < now)
    if (isDecided) return `${row.name} is over, and the provider honours set ${set.n}, which ${deliveredTo.name} had`
  }
  return null
}

export function checkOverGrants(
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  tracker: TokenTracker,
  now: number,
  reportViolation: ReportViolation,
): void {
  for (const row of rows.values()) {
    const sentence = row.status === 'over' ? whyWronglyOver(row, rows, provider, tracker, now) : null
    if (sentence) reportViolation('not_declared_over', sentence)
  }
}

export function checkEndedGrants(
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  tracker: TokenTracker,
  /** Whether a keeper has run all the time. */
  keptAlways: boolean,
  reportViolation: ReportViolation,
): void {
  for (const row of rows.values()) {
    if (row.status === 'closing') reportViolation('quiet', `${row.name} is still closing at the end`)
    if (row.status !== 'over') continue
    const held = honouredFor(row, provider, tracker)
    const remaining = held.find((set) => !tracker.lost(set))
    if (remaining) {
      reportViolation(
        'not_lost',
        `${row.name} is over at the end, and set ${remaining.n}, which was not lost, is honoured`,
      )
    } else if (held.length === 0) {
      const last = lastOf(row, provider, tracker)
      if (last?.cause === 'revoked' && !tracker.stateOf(last).lostByRestore)
        reportViolation('not_lost', `${row.name} is over at the end: we revoked set ${last.n}`)
      // A store that takes no value of a set for a month lets it expire, whatever its holder does.
      const isUnstorable = last?.cause === 'expired' && tracker.stateOf(last).valueRefused
      if (last && (last.honoured || last.cause === 'expired') && keptAlways && !isUnstorable && !tracker.lost(last))
        reportViolation('not_lost', `${row.name} is over at the end: set ${last.n} was let expire`)
    }
  }
}

/**
 * Rule `consents`. Cal.com cannot revoke a set. An answer that the journal brings after its attempt has been deleted is
 * kept where the account is connected: it may be the very set that the connection rests on. So is one whose access token
 * has ended by then: whose it is cannot be found out.
 */
export function checkConsents(
  provider: SimulatedProvider,
  tracker: TokenTracker,
  reportViolation: ReportViolation,
): void {
  for (const set of provider.sets) {
    if (set.parent || set.client !== 'calendly' || !set.honoured || tracker.lost(set)) continue
    const { attached, superseded, revoking } = tracker.stateOf(set)
    const isConnected = provider.sets.some(
      ({ client, account, root }) => client === set.client && account === set.account && tracker.stateOf(root).attached,
    )
    if (!attached && !superseded && !revoking && !isConnected && !set.accessRefused)
      reportViolation('consents', `set ${set.n}, whose answer came, is neither connected nor revoked`)
  }
}

/** The last set of the consent that counts. */
function lastOf(row: Row, provider: SimulatedProvider, tracker: TokenTracker): IssuedSet | undefined {
  return provider.sets.findLast((set) => {
    const consent = tracker.stateOf(set.root)
    return set.client === row.client && set.account === row.account && consent.attached && !consent.superseded
  })
}
