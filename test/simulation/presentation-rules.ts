// Presentations of refresh tokens, and the leases that allow them. Rules `spent_once` and `paced`.

import type { ReportViolation } from './checker.ts'
import type { Row } from './rows.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { SimulatedProcess } from './world.ts'

type Result = 'issued' | 'refused' | 'harmless' | 'unknown'

interface Presentation {
  readonly process: SimulatedProcess
  readonly at: number
  /** How often its process had been paused by then. */
  readonly pauses: number
  readonly lease: Lease
  /** `null`: in flight. */
  result: Result | null
}

/** A lease as the store gave it. */
interface Lease {
  readonly owner: string
  /** By the world's clock. */
  until: number
  /** Something kept its holder from extending it. */
  delayed: boolean
}

/** The right of one process to present one set, once. */
interface Claim {
  readonly order: number
  readonly lease: Lease
}

/** Most presentations of one grant in any 60 s. */
const maxPerMinute = 8

export interface PresentationRules {
  /** The store has given the lease to a process, for so many ms. */
  claimed(process: SimulatedProcess, row: Row | undefined, owner: string, ms: number): void
  extended(owner: string, ms: number): void
  /** Something may keep a process from extending that lease: the store is away or slow. */
  delayed(owner: string): void
  /** The store has recorded the outcome of that set's refresh token. */
  recorded(set: IssuedSet): void
  /** A process presents the refresh token. Returns what to call with the outcome. */
  presented(process: SimulatedProcess, set: IssuedSet): (result: Result) => void
  /**
   * The database went back. A presentation without an outcome is not in it any more. `mayBeSpent`: nor is anything that
   * tells that the set was spent.
   */
  restored(set: IssuedSet, mayBeSpent: boolean): void
  allRestored(): void
  /** Whether a presentation of the set that began before it was first refused has an unknown outcome. */
  isUnsure(set: IssuedSet): boolean
  inFlight(process: SimulatedProcess, since?: number): number
}

export function createPresentationRules(now: () => number, reportViolation: ReportViolation): PresentationRules {
  const presentations = new Map<IssuedSet, Presentation[]>()
  const claims = new Map<SimulatedProcess, Map<IssuedSet, Claim>>()
  const leases = new Map<string, Lease>()
  const recordedAt = new Map<IssuedSet, number>()
  /** How many presentations of a set had begun when the first of them was clearly refused. */
  const begunBefore = new Map<IssuedSet, number>()
  let checkPace = createPaceRule(now, reportViolation)
  let order = 0

  return {
    claimed(process, row, owner, ms) {
      if (!row?.set) return
      const lease = { owner, until: now() + ms, delayed: false }
      leases.set(owner, lease)
      const own = claims.get(process) ?? new Map<IssuedSet, Claim>()
      claims.set(process, own.set(row.set, { order: ++order, lease }))
    },
    extended(owner, ms) {
      const lease = leases.get(owner)
      if (lease) lease.until = now() + ms
    },
    delayed(owner) {
      const lease = leases.get(owner)
      if (lease) lease.delayed = true
    },
    recorded(set) {
      if (!recordedAt.has(set)) recordedAt.set(set, ++order)
    },
    presented(process, set) {
      const earlier = presentations.get(set) ?? []
      const claim = claims.get(process)?.get(set)
      claims.get(process)?.delete(set)
      const facts = [
        claimProblem(claim, recordedAt.get(set) ?? Number.POSITIVE_INFINITY, now()),
        ...earlierProblems(process, earlier, now()),
      ]
      for (const fact of facts) if (fact) reportViolation('spent_once', `${process.name} presented rt${set.n} ${fact}`)
      checkPace(set)
      const lease = claim?.lease ?? { owner: '', until: now(), delayed: true }
      const presentation: Presentation = { process, at: now(), pauses: process.pauses, lease, result: null }
      presentations.set(set, [...earlier, presentation])
      return (result) => {
        presentation.result ??= result
        if (result === 'refused' && !begunBefore.has(set)) begunBefore.set(set, presentations.get(set)?.length ?? 0)
      }
    },
    restored(set, mayBeSpent) {
      if (mayBeSpent) recordedAt.delete(set)
      const decided = (presentations.get(set) ?? []).filter(({ result }) => result === 'issued' || result === 'refused')
      presentations.set(set, mayBeSpent ? [] : decided)
      begunBefore.delete(set)
    },
    allRestored() {
      checkPace = createPaceRule(now, reportViolation)
    },
    isUnsure: (set) =>
      (presentations.get(set) ?? [])
        .slice(0, begunBefore.get(set))
        .some(({ result }) => result === null || result === 'unknown'),
    inFlight: (process, since = 0) =>
      [...presentations.values()]
        .flat()
        .filter((one) => one.process === process && one.result === null && one.at >= since).length,
  }
}

function claimProblem(claim: Claim | undefined, recordedAt: number, now: number): string | null {
  if (!claim) return 'without a claim'
  if (claim.lease.until <= now) return `${now - claim.lease.until} ms after its lease had ended`
  return claim.order > recordedAt ? 'though the store knew its outcome' : null
}

function earlierProblems(process: SimulatedProcess, earlier: readonly Presentation[], now: number): (string | null)[] {
  const other = earlier.find((one) => one.result === null && !one.process.ended && !isExcused(one, now))
  const isKnown = earlier.some(
    (one) => one.process === process && (one.result === 'issued' || one.result === 'refused'),
  )
  return [other ? `while ${other.process.name} was presenting it` : null, isKnown ? 'though it knew its outcome' : null]
}

/** Its process was paused, or could not reach the store, and the lease has ended meanwhile. */
function isExcused({ process, pauses, lease }: Presentation, now: number): boolean {
  return lease.until <= now && (process.pauses > pauses || lease.delayed)
}

/** Rule `paced`. */
function createPaceRule(now: () => number, reportViolation: ReportViolation): (set: IssuedSet) => void {
  const times = new Map<string, number[]>()
  return ({ client, account }) => {
    const grant = `${client} ${account}`
    const recent = [...(times.get(grant) ?? []), now()].filter((at) => at > now() - 60_000)
    times.set(grant, recent)
    if (recent.length > maxPerMinute)
      reportViolation('paced', `${recent.length} presentations of ${grant} within a minute`)
  }
}
