// Connect sessions. Nothing of one is sealed: it holds no token, and the address of its page lets a person connect for half an
// hour at most. That address shows only the first half of the id. The whole id is told to one browser, the first that comes back from
// the provider with a consent, and no other can bring an attempt from then on. So an owner who sends the address to somebody else cannot
// complete what somebody else has consented to: either the owner does not learn the id, or the other one's consent is refused.

import { createHash, timingSafeEqual } from 'node:crypto'
import { type Random, randomId } from '../core/clock.ts'
import type { ConnectSessionRow, ConnectSessionStore, NewConnectSession } from '../core/store/connect-sessions.ts'
import type { Store } from '../core/store/store.ts'

/** The time from the creation to the last moment at which a person can use the session. */
export const connectSessionLifetimeMs = 1_800_000

const pageLength = 'session_'.length + 22

export interface ConnectSessionRecords extends Pick<ConnectSessionStore, 'update'> {
  create(session: Omit<NewConnectSession, 'id'>): Promise<ConnectSessionRow>
  /** The session, even if it has expired. A browser can send any text as the id. */
  get(id: unknown): Promise<ConnectSessionRow | null>
  /** The same by its id, or by the part of it that the address of its page shows. */
  find(idOrPage: unknown): Promise<ConnectSessionRow | null>
}

export function createConnectSessionRecords({
  store,
  random,
}: {
  readonly store: Pick<Store, 'connectSessions'>
  readonly random: Random
}): ConnectSessionRecords {
  const { connectSessions } = store
  const get: ConnectSessionRecords['get'] = async (id) => (isConnectSessionId(id) ? connectSessions.get(id) : null)
  return {
    ...connectSessions,
    create(session) {
      const id = `${randomId(random, 'session')}${randomId(random, '').slice(1)}`
      return connectSessions.insert({ ...session, id }, connectSessionLifetimeMs)
    },
    get,
    find: async (given) =>
      isConnectSessionId(given) && given.length === pageLength ? connectSessions.ofPage(given) : get(given),
  }
}

/** SHA-256 of the secret that one browser keeps, base64url. */
export function browserHashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** Whether that is the secret of the browser that came back first. */
export function isFirstBrowser({ browserHash }: ConnectSessionRow, secret: string): boolean {
  const shown = Buffer.from(browserHashOf(secret))
  return browserHash !== null && timingSafeEqual(shown, Buffer.from(browserHash))
}

/** The part of a session's id that the address of its page shows. */
export function pageOf(id: string): string {
  return id.slice(0, pageLength)
}

/** Whether a text names a connect session, not an attempt. */
export function isConnectSessionId(id: unknown): id is string {
  return typeof id === 'string' && /^session_[\w-]{1,90}$/.test(id)
}
