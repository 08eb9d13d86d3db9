// Tokens that were read from the store a moment ago, so that a token in use costs no read at each use.
//
// A token is served from here for `memoryMs` after its read began, and never past its end, its refresh time, or a change
// that this process has made to its grant. What another process has ended is therefore served for that long at most. The
// clock is the monotonic one: it counts the time for which the process was suspended.

import type { Clock } from '../core/clock.ts'
import { createRecentMap } from '../core/recent-map.ts'
import type { Forget } from '../records/forget-after-writes.ts'
import type { ServedGrant } from '../records/grants.ts'
import type { ServedToken, TokenRequest, TokenTarget } from './serve-token.ts'

export interface TokenMemory {
  /** Returns a token for this request; `null`: it must be read. */
  get(target: TokenTarget, request: TokenRequest): ServedToken | null
  /** Called before a read. Returns what keeps the token that was read, unless this process has changed a grant meanwhile. */
  beforeRead(): (target: TokenTarget, grant: ServedGrant, token: ServedToken) => void
  /** Called after each change that this process has made to a grant's tokens. */
  readonly forget: Forget
}

interface Remembered {
  readonly token: ServedToken
  readonly sealed: string | null
  /** The connections for which the grant was read. Each may end by itself. */
  readonly connections: Set<string>
  /** Until when it is served, and when the token ends: by the monotonic clock. */
  readonly untilMs: number
  readonly endsAtMs: number
}

/** More grants are seldom in use within one second; the others are read. */
const mostGrants = 1000

export function createTokenMemory(dependencies: {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly memoryMs: number
}): TokenMemory {
  const { clock, memoryMs } = dependencies
  if (memoryMs === 0) return { get: () => null, beforeRead: () => () => {}, forget: () => {} }
  const remembered = createRecentMap<string, Remembered>({
    most: mostGrants,
    unused: { unusedMs: memoryMs, clock },
  })
  /** The last generation of a grant that the provider's API has refused. */
  const refused = createRecentMap<string, number>({ most: mostGrants })
  let changes = 0

  return {
    get(target, request) {
      if (request.refused !== undefined) {
        refused.set(target.grant, request.refused)
        remembered.delete(target.grant)
        return null
      }
      const found = remembered.get(target.grant)
      if (!found?.connections.has(target.connection)) return null
      const now = clock.monotonic()
      return now < found.untilMs && now + request.minimumValidityMs < found.endsAtMs ? found.token : null
    },
    beforeRead() {
      const [beganAt, changesBefore] = [clock.monotonic(), changes]
      return ({ connection }, grant, token) => {
        const { id, sealed, generation, remaining, refreshAt, readAt } = grant
        if (changes !== changesBefore || refused.get(id) === generation) return
        remembered.forgetUnused()
        const known = remembered.get(id)
        if (known && beganAt < known.untilMs && known.token.generation >= generation) {
          if (known.sealed === sealed) known.connections.add(connection)
          return
        }
        const endsAtMs = beganAt + remaining
        const untilMs = Math.min(
          beganAt + memoryMs,
          endsAtMs,
          refreshAt === null ? endsAtMs : beganAt + refreshAt - readAt,
        )
        remembered.set(id, { token, sealed, connections: new Set([connection]), untilMs, endsAtMs })
      }
    },
    forget(grant) {
      changes++
      if (grant === null) remembered.clear()
      else remembered.delete(grant)
    },
  }
}
