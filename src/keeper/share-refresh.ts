// One refresh of a grant at a time in this process. Callers share it, and it continues when they have stopped waiting.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { unknownClient } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import { within } from '../core/timeouts.ts'
import type { Grant } from '../records/grants.ts'
import type { Refresh } from './refresh.ts'
import type { RefreshResult } from './refresh-result.ts'

export interface SharedRefreshes {
  /** Begins a refresh of that grant, or joins the one that is under way. */
  begin(grant: Grant): Promise<RefreshResult>
  /** The same, as a caller that waits: resolves with `null` when it takes longer than `ms`. */
  wait(grant: Grant, ms: number, signal?: AbortSignal): Promise<RefreshResult | null>
}

/** A refresh under way, and how many callers wait for it. */
interface SharedRefresh {
  readonly result: Promise<RefreshResult>
  waiting: number
}

export interface SharedRefreshDependencies {
  readonly refresh: Refresh
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly background: Pick<BackgroundWork, 'goesOn' | 'track'>
  /** Called when a refresh has ended. */
  readonly ended: () => void
}

export function createSharedRefreshes(dependencies: SharedRefreshDependencies): SharedRefreshes {
  const { refresh, clients, clock, background, ended } = dependencies
  const underWay = new Map<string, SharedRefresh>()

  function shared(grant: Grant): SharedRefresh {
    const running = underWay.get(grant.id)
    if (running) return running
    const client = clients.get(grant.client)
    if (!client) throw unknownClient(grant.client)
    const begun: SharedRefresh = {
      waiting: 0,
      // A process that may be suspended once its callers have their answers sends nothing that none of them waits for.
      result: refresh(client, grant, () => begun.waiting > 0 || background.goesOn()).finally(() => {
        underWay.delete(grant.id)
        ended()
      }),
    }
    underWay.set(grant.id, begun)
    background.track(begun.result.catch(() => {}))
    return begun
  }

  return {
    begin: (grant) => shared(grant).result,
    async wait(grant, ms, signal) {
      const joined = shared(grant)
      joined.waiting++
      try {
        return await within(clock, ms, joined.result, signal)
      } finally {
        joined.waiting--
      }
    },
  }
}
