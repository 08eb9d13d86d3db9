// Presentations of refresh tokens, and the claims that allow them. Rules `spent_once` and `paced`.

import type { Rule } from './checker.ts'
import type { IssuedSet } from './provider.ts'
import type { Row } from './rows.ts'
import type { Life } from './world.ts'

type Result = 'issued' | 'refused' | 'harmless' | 'unknown'

interface Presentation {
  readonly life: Life
  readonly at: number
  /** How often its process had stood still, and until when it had the lease. */
  readonly pauses: number
  readonly lease: Lease
  /** `null`: under way. */
  result: Result | null
}

/** A lease as the store gave it. */
interface Lease {
  readonly owner: string
  /** By the world's clock. */
  until: number
  /** Something kept its holder from prolonging it. */
  hindered: boolean
}

interface Claim {
  readonly set: IssuedSet
  readonly order: number
  readonly lease: Lease
}

/** Most presentations of one grant in any 60 s. */
const perMinute = 8

export interface Claims {
  /** The store has given the lease to a process, for so many ms. */
  claimed(life: Life, row: Row | undefined, owner: string, ms: number): void
  prolonged(owner: string, ms: number): void
  /** A process may not get to prolong that lease: the store is away or slow. */
  hindered(owner: string): void
  /** The store knows by now what became of that set's refresh token. */
  recorded(set: IssuedSet): void
  presented(life: Life, set: IssuedSet): (result: Result) => void
  /** Whether a presentation of the set, begun before it was first refused, has an outcome that nobody knows. */
  unsure(set: IssuedSet): boolean
  underWay(life: Life, since?: number): number
}

export function createClaims(now: () => number, breach: (rule: Rule, sentence: string) => void): Claims {
  const presentations = new Map<IssuedSet, Presentation[]>()
  const times = new Map<string, number[]>()
  const claims = new Map<Life, Map<IssuedSet, Claim>>()
  const leases = new Map<string, Lease>()
  const known = new Map<IssuedSet, number>()
  /** How many presentations of a set had begun when the first of them was clearly refused. */
  const begunBefore = new Map<IssuedSet, number>()
  let order = 0

  function judgeSpending(life: Life, set: IssuedSet, earlier: readonly Presentation[]): void {
    const say = (sentence: string) => breach('spent_once', `${life.name} presented rt${set.n} ${sentence}`)
    const claim = claims.get(life)?.get(set)
    claims.get(life)?.delete(set)
    if (!claim) say('without a claim')
    else if (claim.lease.until <= now()) say(`${now() - claim.lease.until} ms after its lease had ended`)
    else if (claim.order > (known.get(set) ?? Number.POSITIVE_INFINITY)) say('though the store knew its outcome')
    const other = earlier.find((one) => one.result === null && !one.life.ended && !mayBeOverlooked(one))
    if (other) say(`while ${other.life.name} was presenting it`)
    if (earlier.some((one) => one.life === life && (one.result === 'issued' || one.result === 'refused')))
      say('though it knew its outcome')
  }

  /** Its process stood still, or could not reach the store, and the lease has ended meanwhile. */
  function mayBeOverlooked({ life, pauses, lease }: Presentation): boolean {
    return lease.until <= now() && (life.pauses > pauses || lease.hindered)
  }

  function judgePace({ client, account }: IssuedSet): void {
    const of = `${client} ${account}`
    const recent = [...(times.get(of) ?? []), now()].filter((at) => at > now() - 60_000)
    times.set(of, recent)
    if (recent.length > perMinute) breach('paced', `${recent.length} presentations of ${of} within a minute`)
  }

  return {
    claimed(life, row, owner, ms) {
      if (!row?.set) return
      const lease = { owner, until: now() + ms, hindered: false }
      leases.set(owner, lease)
      const mine = claims.get(life) ?? new Map<IssuedSet, Claim>()
      claims.set(life, mine.set(row.set, { set: row.set, order: ++order, lease }))
    },
    prolonged(owner, ms) {
      const lease = leases.get(owner)
      if (lease) lease.until = now() + ms
    },
    hindered(owner) {
      const lease = leases.get(owner)
      if (lease) lease.hindered = true
    },
    recorded(set) {
      if (!known.has(set)) known.set(set, ++order)
    },
    presented(life, set) {
      const earlier = presentations.get(set) ?? []
      const lease = claims.get(life)?.get(set)?.lease ?? { owner: '', until: now(), hindered: true }
      judgeSpending(life, set, earlier)
      judgePace(set)
      const presentation: Presentation = { life, at: now(), pauses: life.pauses, lease, result: null }
      presentations.set(set, [...earlier, presentation])
      return (result) => {
        presentation.result ??= result
        if (result === 'refused' && !begunBefore.has(set)) begunBefore.set(set, presentations.get(set)?.length ?? 0)
      }
    },
    unsure: (set) =>
      (presentations.get(set) ?? [])
        .slice(0, begunBefore.get(set))
        .some((one) => one.result === null || one.result === 'unknown'),
    underWay: (life, since = 0) =>
      [...presentations.values()].flat().filter((one) => one.life === life && one.result === null && one.at >= since)
        .length,
  }
}
