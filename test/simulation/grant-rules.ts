// When a grant may be over. Rules `not_declared_over`, at every step, and `not_lost`, at the end.

import type { Rule } from './checker.ts'
import type { IssuedSet, SimulatedProvider } from './provider.ts'
import type { Row } from './rows.ts'
import type { Custody } from './token-tracker.ts'

const oneMinute = 60_000

type Breach = (rule: Rule, sentence: string) => void

/** The sets that the provider still honours for a grant: of consents that became connections and still count. */
function honouredFor(row: Row, provider: SimulatedProvider, custody: Custody): IssuedSet[] {
  return provider.honoured(row.client, row.account).filter((set) => {
    const consent = custody.way(set.root)
    return consent.attached && !consent.superseded
  })
}

/**
 * Why this grant should not be over, if it should not. A set that its holder has not been able to hand to the store
 * (the write is on its way, or has failed) may leave the grant over for a while; the judgement at the end has no mercy.
 */
export function wronglyOver(
  row: Row,
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  custody: Custody,
  now: number,
): string | null {
  for (const set of honouredFor(row, provider, custody)) {
    const holder = [...rows.values()].find((other) => other.set === set || other.spares.includes(set))
    if (holder) return `${row.name} is over, and the provider honours set ${set.n}, which the store holds`
    const { deliveredTo, handing, last, endedAt } = custody.way(set)
    if (!deliveredTo || deliveredTo.ended || deliveredTo.pause) continue
    // A refused commit is not the end of it: the holder looks what stands there, and hands the set over as a spare.
    const since = Math.max(endedAt, deliveredTo.resumedAt)
    const handedOver = handing === 0 && (last === 'took' ? since < now : last === 'refused' && since + oneMinute < now)
    if (handedOver) return `${row.name} is over, and the provider honours set ${set.n}, which ${deliveredTo.name} had`
  }
  return null
}

export function judgeOver(
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  custody: Custody,
  now: number,
  breach: Breach,
): void {
  for (const row of rows.values()) {
    const sentence = row.status === 'over' ? wronglyOver(row, rows, provider, custody, now) : null
    if (sentence) breach('not_declared_over', sentence)
  }
}

export function judgeEnd(
  rows: ReadonlyMap<string, Row>,
  provider: SimulatedProvider,
  custody: Custody,
  /** Whether a keeper has been at work all the time. */
  kept: boolean,
  breach: Breach,
): void {
  for (const row of rows.values()) {
    if (row.status === 'closing') breach('quiet', `${row.name} is still closing at the end`)
    if (row.status !== 'over') continue
    const held = honouredFor(row, provider, custody)
    const remaining = held.find((set) => !custody.lost(set))
    if (remaining) {
      breach('not_lost', `${row.name} is over at the end, and set ${remaining.n}, which was not lost, is honoured`)
    } else if (held.length === 0) {
      const last = lastOf(row, provider, custody)
      if (last?.cause === 'revoked') breach('not_lost', `${row.name} is over at the end: we revoked set ${last.n}`)
      if (last && (last.honoured || last.cause === 'expired') && kept && !custody.lost(last))
        breach('not_lost', `${row.name} is over at the end: set ${last.n} was let expire`)
    }
  }
}

/**
 * Rule `consents`. Cal.com has nothing that revokes a set. An answer that the journal brings when its attempt has long been
 * swept is left to itself where the account is connected: it may be the very set that the connection rests on.
 */
export function judgeConsents(provider: SimulatedProvider, custody: Custody, breach: Breach): void {
  for (const set of provider.sets) {
    if (set.parent || set.client !== 'calendly' || !set.honoured || custody.lost(set)) continue
    const { attached, superseded, revoking } = custody.way(set)
    const isConnected = provider.sets.some(
      ({ client, account, root }) => client === set.client && account === set.account && custody.way(root).attached,
    )
    if (!attached && !superseded && !revoking && !isConnected)
      breach('consents', `set ${set.n}, whose answer came, is neither connected nor revoked`)
  }
}

/** The last set of the consent that counts. */
function lastOf(row: Row, provider: SimulatedProvider, custody: Custody): IssuedSet | undefined {
  return provider.sets.findLast((set) => {
    const consent = custody.way(set.root)
    return set.client === row.client && set.account === row.account && consent.attached && !consent.superseded
  })
}
