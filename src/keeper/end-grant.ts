// `invalid_grant` is a question. Only a second look that finds no newer token set and no fallback token set ends a
// grant.

import type { Clock } from '../core/clock.ts'
import type { GrantEnd } from '../core/grant.ts'
import { createRecentMap } from '../core/recent-map.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import type { Journal } from './journal.ts'
import type { RefreshReport, RefreshResult } from './refresh-result.ts'
import { digestOf } from './token-digest.ts'

export interface GrantEnding {
  /** What stands where the grant's refresh token, of that digest, has been refused before; `null` where it has not been. */
  afterKnownRefusal(grant: Grant, token: string): Promise<RefreshResult> | null
  /** Decides about a grant whose refresh token has just been refused. */
  afterRefusal(grant: Grant): Promise<RefreshResult>
  /** Ends the grant, unless something newer stands or a fallback token set takes its place. */
  end(grant: Grant, reasonFor: (seen: Grant) => GrantEnd): Promise<RefreshResult>
  /** Where the grant stands now; `later` when its set is still the one that was read. */
  standing(read: Grant): Promise<RefreshResult>
}

export interface GrantEndingDependencies {
  readonly grants: Pick<GrantRecords, 'end' | 'forgetFallback' | 'get' | 'useFallback'>
  readonly journal: Pick<Journal, 'newer'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly report: Pick<RefreshReport, 'ended'>
}

/** Refused refresh tokens that this process remembers. */
const mostRemembered = 10_000

export function createGrantEnding({ grants, journal, clock, report }: GrantEndingDependencies): GrantEnding {
  /**
   * Refused refresh tokens, by digest, as long as the store may still offer them: as the set of a grant, or as a fallback of
   * a newer one. They are not presented again.
   */
  const refusals = createRecentMap<string, Grant>({ most: mostRemembered })

  async function afterRefusal(grant: Grant): Promise<RefreshResult> {
    const token = digestOf(grant)
    refusals.set(token, grant)
    // Another process may have presented the same token since this one claimed it, and may have had no answer.
    const result = await end(grant, (seen) =>
      grant.outcomeUnknown || seen.outcomeUnknown ? 'outcome_unknown' : 'refused',
    )
    // The refused set had been replaced, and was put in place again as a fallback set while its answer was on the way.
    if (result.kind === 'live' && holds(result.grant, token)) return afterRefusal(result.grant)
    if (result.kind !== 'live' || (await isForgotten(grant))) refusals.delete(token)
    return result
  }

  /** Deletes a refused set from the fallback sets of the newer one. Returns whether the store has done so. */
  async function isForgotten(grant: Grant): Promise<boolean> {
    return (await grants.forgetFallback(grant).catch(() => null)) !== null
  }

  async function end(grant: Grant, reasonFor: (seen: Grant) => GrantEnd): Promise<RefreshResult> {
    for (;;) {
      const seen = await look(grant)
      if ('kind' in seen) return seen
      if (await grants.useFallback(grant.id, grant.generation)) continue
      const reason = reasonFor(seen)
      if (await grants.end(grant.id, grant.generation, reason)) {
        report.ended(grant, reason)
        return { kind: 'over', reason }
      }
    }
  }

  /** Returns the result if the grant has changed, or the grant itself if its set is still the one that was read. */
  async function look(read: Grant): Promise<RefreshResult | Grant> {
    const at = clock.monotonic()
    const held = journal.newer(read.id, read.generation)
    const seen = held ?? (await grants.get(read.id))
    if (!seen || seen.status === 'closing' || seen.status === 'closed') return { kind: 'gone' }
    if (seen.status === 'over') return { kind: 'over', reason: seen.reason ?? 'refused' }
    return seen.generation > read.generation ? { kind: 'live', grant: seen, issued: false, at } : seen
  }

  return {
    afterRefusal,
    end,
    afterKnownRefusal(grant, token) {
      const refused = refusals.get(token)
      if (refused?.generation === grant.generation) return afterRefusal(refused)
      // A fallback token may be the very token that was refused before a person reconnected.
      return refused && grant.outcomeUnknown ? afterRefusal(grant) : null
    },
    async standing(read) {
      const seen = await look(read)
      return 'kind' in seen ? seen : { kind: 'later', why: 'leased', waitMs: 0, reason: 'leased' }
    },
  }
}

/** Whether the grant's set has the refresh token of that digest. A set that no key of this process opens is another one. */
function holds(grant: Grant, token: string): boolean {
  try {
    return digestOf(grant) === token
  } catch {
    return false
  }
}
