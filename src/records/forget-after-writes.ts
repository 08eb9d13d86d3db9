// The store, with a word after each write that may have ended or replaced a grant's tokens: what this process keeps of them
// in memory is then forgotten. A write whose outcome is unknown counts as well.

import type { ConnectionStore } from '../core/store/connections.ts'
import type { GrantStore } from '../core/store/grants.ts'
import type { Store } from '../core/store/store.ts'

/** `grant`: the one whose tokens may have changed; `null`: any. */
export type Forget = (grant: string | null) => void

export function forgetAfterWrites<Tables extends Pick<Store, 'grants' | 'connections'>>(
  store: Tables,
  forget: Forget,
): Tables {
  return {
    ...store,
    grants: grantWrites(store.grants, forget),
    connections: connectionWrites(store.connections, forget),
  }
}

function grantWrites(grants: GrantStore, forget: Forget): GrantStore {
  function forgetting<Values extends [id: string, ...rest: unknown[]], Result>(
    write: (...values: Values) => Promise<Result>,
  ): typeof write {
    return async (...values) => {
      try {
        return await write(...values)
      } finally {
        forget(values[0])
      }
    }
  }
  return {
    ...grants,
    commit: forgetting(grants.commit),
    end: forgetting(grants.end),
    keepFallback: forgetting(grants.keepFallback),
    useFallback: forgetting(grants.useFallback),
    close: forgetting(grants.close),
  }
}

function connectionWrites(connections: ConnectionStore, forget: Forget): ConnectionStore {
  async function forgetting<Result>(write: Promise<Result>, grantsOf: (result: Result) => string[]): Promise<Result> {
    try {
      const result = await write
      for (const grant of grantsOf(result)) forget(grant)
      return result
    } catch (error) {
      // It may have been done, and nothing says on which grants.
      forget(null)
      throw error
    }
  }
  return {
    ...connections,
    attach: (attachment) =>
      forgetting(connections.attach(attachment), (attached) => [
        attachment.grant.id,
        attached?.left ?? attachment.grant.id,
      ]),
    detach: (id, entry) =>
      forgetting(connections.detach(id, entry), (detached) => (detached ? [detached.row.grant] : [])),
  }
}
