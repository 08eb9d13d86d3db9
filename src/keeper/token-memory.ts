// Tokens that were read from the store a moment ago, so that a token in use costs no read at each use.
//
// A token is served from here for `memoryMs` after its read began, and never past its end, its refresh time, or a change
// that this process has made to its grant. What another process has ended is therefore served for that long at most. The
// monotonic clock and the wall clock both measure it, and the larger result counts: the first counts the time for which the
// process was suspended, the second is right after the whole machine was.

import type { Clock } from '../core/clock.ts'
import { createRecentMap } from '../core/recent-map.ts'
import type { Forget } from '../records/forget-after-writes.ts'
import type { ServedGrant } from '../records/grants.ts'
import type { ServedToken, TokenRequest, TokenTarget } from './token-request.ts'

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
  readonly read: Moment
  /** For how long after the read it is served, and for how long it is valid. */
  readonly servedForMs: number
  readonly validForMs: number
}

/** The same moment by both clocks. */
interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** More grants are seldom in use within one second; the others are read. */
const mostGrants = 1000

export function createTokenMemory(dependencies: {
  readonly clock: Pick<Clock, 'monotonic' | 'now'>
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
  const passedMs = ({ monotonic, wall }: Moment) => Math.max(clock.monotonic() - monotonic, clock.now() - wall)

  return {
    get(target, request) {
      if (request.refused !== undefined) {
        refused.set(target.grant, request.refused)
        remembered.delete(target.grant)
        return null
      }
      const found = remembered.get(target.grant)
      if (!found?.connections.has(target.connection)) return null
      const ageMs = passedMs(found.read)
      const isUsable = ageMs < found.servedForMs && ageMs + request.minimumValidityMs < found.validForMs
      return isUsable ? found.token : null
    },
    beforeRead() {
      const changesBefore = changes
      const read = { monotonic: clock.monotonic(), wall: clock.now() }
      return ({ connection }, grant, token) => {
        const { id, sealed, generation, remaining, refreshAt, readAt } = grant
        if (changes !== changesBefore || refused.get(id) === generation) return
        remembered.forgetUnused()
        const known = remembered.get(id)
        if (known && passedMs(known.read) < known.servedForMs && known.token.generation >= generation) {
          // A read that began earlier, and came late, may not know yet that this connection has ended.
          if (known.sealed === sealed && read.monotonic >= known.read.monotonic) known.connections.add(connection)
          return
        }
        const dueInMs = refreshAt === null ? remaining : refreshAt - readAt
        const servedForMs = Math.min(memoryMs, remaining, dueInMs)
        remembered.set(id, {
          token,
          sealed,
          connections: new Set([connection]),
          read,
          servedForMs,
          validForMs: remaining,
        })
      }
    },
    forget(grant) {
      changes++
      if (grant === null) remembered.clear()
      else remembered.delete(grant)
    },
  }
}
