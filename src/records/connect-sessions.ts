// Connect sessions. Nothing of one is sealed: it holds no token, and its id lets a person connect for half an hour at most.

import { type Random, randomId } from '../core/clock.ts'
import type { ConnectSessionRow, ConnectSessionStore, NewConnectSession } from '../core/store/connect-sessions.ts'
import type { Store } from '../core/store/store.ts'

/** The time from the creation to the last moment at which a person can use the session. */
export const connectSessionLifetimeMs = 1_800_000

export interface ConnectSessionRecords extends Pick<ConnectSessionStore, 'update' | 'sweep'> {
  create(session: Omit<NewConnectSession, 'id'>): Promise<ConnectSessionRow>
  /** The session, even if it has expired. A browser can send any text as the id. */
  get(id: unknown): Promise<ConnectSessionRow | null>
}

export function createConnectSessionRecords({
  store,
  random,
}: {
  readonly store: Pick<Store, 'connectSessions'>
  readonly random: Random
}): ConnectSessionRecords {
  const { connectSessions } = store
  return {
    ...connectSessions,
    create: (session) =>
      connectSessions.insert({ ...session, id: randomId(random, 'session') }, connectSessionLifetimeMs),
    get: async (id) => (isConnectSessionId(id) ? connectSessions.get(id) : null),
  }
}

/** Whether a text names a connect session, not an attempt. */
export function isConnectSessionId(id: unknown): id is string {
  return typeof id === 'string' && /^session_[\w-]{1,90}$/.test(id)
}
