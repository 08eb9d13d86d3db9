// Presentations of refresh tokens, and the claims that allow them. Rules `spent_once` and `paced`.

import type { Rule } from './ledger.ts'
import type { IssuedSet } from './provider.ts'
import type { Row } from './rows.ts'
import type { Life } from './world.ts'

type Result = 'issued' | 'refused' | 'harmless' | 'unknown'

interface Presentation {
  readonly life: Life
  readonly at: number
  /** `null`: under way. */
  result: Result | null
}

interface Claim {
  readonly set: IssuedSet
  readonly order: number
}

/** Most presentations of one grant in any 60 s. */
const perMinute = 8

export interface Claims {
  claimed(life: Life, row: Row | undefined): void
  /** The store knows by now what became of that set's refresh token. */
  recorded(set: IssuedSet): void
  presented(life: Life, set: IssuedSet): (result: Result) => void
  /** Whether a presentation of the set, begun before it was first refused, has an outcome that nobody knows. */
  unsure(set: IssuedSet): boolean
  underWay(life: Life): number
}

export function createClaims(now: () => number, breach: (rule: Rule, sentence: string) => void): Claims {
  const presentations = new Map<IssuedSet, Presentation[]>()
  const times = new Map<string, number[]>()
  const claims = new Map<Life, Map<IssuedSet, Claim>>()
  const known = new Map<IssuedSet, number>()
  /** How many presentations of a set had begun when the first of them was clearly refused. */
  const begunBefore = new Map<IssuedSet, number>()
  let order = 0

  function judgeSpending(life: Life, set: IssuedSet, earlier: readonly Presentation[]): void {
    const say = (sentence: string) => breach('spent_once', `${life.name} presented rt${set.n} ${sentence}`)
    const claim = claims.get(life)?.get(set)
    claims.get(life)?.delete(set)
    if (!claim) say('without a claim')
    else if (claim.order > (known.get(set) ?? Number.POSITIVE_INFINITY)) say('though the store knew its outcome')
    const other = earlier.find((one) => one.result === null && !one.life.ended)
    if (other) say(`while ${other.life.name} was presenting it`)
    if (earlier.some((one) => one.life === life && (one.result === 'issued' || one.result === 'refused')))
      say('though it knew its outcome')
  }

  function judgePace({ client, account }: IssuedSet): void {
    const of = `${client} ${account}`
    const recent = [...(times.get(of) ?? []), now()].filter((at) => at > now() - 60_000)
    times.set(of, recent)
    if (recent.length > perMinute) breach('paced', `${recent.length} presentations of ${of} within a minute`)
  }

  return {
    claimed(life, row) {
      if (!row?.set) return
      const mine = claims.get(life) ?? new Map<IssuedSet, Claim>()
      claims.set(life, mine.set(row.set, { set: row.set, order: ++order }))
    },
    recorded(set) {
      if (!known.has(set)) known.set(set, ++order)
    },
    presented(life, set) {
      const earlier = presentations.get(set) ?? []
      judgeSpending(life, set, earlier)
      judgePace(set)
      const presentation: Presentation = { life, at: now(), result: null }
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
    underWay: (life) =>
      [...presentations.values()].flat().filter((one) => one.life === life && one.result === null).length,
  }
}
