// What refusals have shown of an account's plan and role. It is remembered in this process, for an hour: a plan can be
// changed at any time. A call that succeeds ends it at once.
//
// A role that is in the way of something named (an event type, a booking) is believed of that alone: it may be somebody
// else's. It is believed of everything only after a request that named nothing, and was Punctual's own in every part. A
// list that is continued is not such a request: the account may have changed since its first page.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { createRecentMap } from '../core/recent-map.ts'
import { type Capability, capabilities } from '../core/scheduling/capabilities.ts'

/** What is in the way, and for how much longer it is believed. */
export interface LearntRefusal {
  readonly because: 'plan' | 'role'
  readonly leftMs: number
}

/** What a call is made for: the capability that it needs, and the id of the event type or booking, if there is one. */
export interface Purpose {
  readonly what: Capability
  readonly id?: string | undefined
  /** Whether a refusal says nothing about the role of the account. Default false. */
  readonly provesNoRole?: boolean
}

export interface Learnt {
  /** `id` is that of an event type or a booking; `null`: of none. */
  of(connection: string, what: Capability, id: string | null): LearntRefusal | null
  /** What is in the way of everything at a connection: not of one event type or booking alone. */
  ofAll(connection: string): readonly (LearntRefusal & { readonly what: Capability })[]
  /** Does the work, and learns from what comes of it. */
  from<Result>(connection: string, purpose: Purpose, work: () => Promise<Result>): Promise<Result>
}

const believedMs = 3_600_000
const mostRemembered = 10_000

export function createLearnt(clock: Pick<Clock, 'monotonic'>): Learnt {
  const refusals = createRecentMap<string, { readonly because: 'plan' | 'role'; readonly until: number }>({
    most: mostRemembered,
  })

  function look(key: string): LearntRefusal | null {
    const found = refusals.get(key)
    if (!found) return null
    const leftMs = found.until - clock.monotonic()
    if (leftMs > 0) return { because: found.because, leftMs }
    refusals.delete(key)
    return null
  }

  return {
    of: (connection, what, id) => look(keyOf(connection, what, null)) ?? look(keyOf(connection, what, id)),
    ofAll: (connection) =>
      capabilities.flatMap((what) => {
        const found = look(keyOf(connection, what, null))
        return found ? { what, ...found } : []
      }),
    async from(connection, { what, id = null, provesNoRole = false }, work) {
      try {
        const result = await work()
        refusals.delete(keyOf(connection, what, null))
        refusals.delete(keyOf(connection, what, id))
        return result
      } catch (error) {
        const because = causeOf(error)
        // A plan is the account's.
        const of = because === 'plan' ? null : id
        if (because && !(because === 'role' && provesNoRole))
          refusals.set(keyOf(connection, what, of), { because, until: clock.monotonic() + believedMs })
        throw error
      }
    },
  }
}

function keyOf(connection: string, what: Capability, id: string | null): string {
  return `${connection} ${what} ${id ?? ''}`
}

function causeOf(error: unknown): 'plan' | 'role' | null {
  if (!(error instanceof PunctualError) || error.code !== 'provider_refused') return null
  if (error.reason === 'plan_limit') return 'plan'
  return error.reason === 'not_permitted' ? 'role' : null
}
