// Who is signed in: the API key in the session of a request, as long as it opens these pages.

import { type ApiScope, holdsScope } from '../core/api-scopes.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { createRecentMap } from '../core/recent-map.ts'
import type { Punctual } from '../punctual.ts'
import type { Session, SessionCookie } from './session-cookie.ts'

export interface Signed {
  /** The name of the key, and its id: two keys may have one name. */
  readonly name: string
  readonly id: string
  readonly session: Session
}

export type Verify = Pick<Punctual['apiKeys'], 'verify'>

/** Returns a function that finds the person of a request; `null`: nobody is signed in. */
export function createSignedIn(
  { verify }: Verify,
  cookie: SessionCookie,
  clock: Pick<Clock, 'now'>,
): (request: Request) => Promise<Signed | null> {
  // A page asks several times.
  const found = new WeakMap<Request, Promise<Signed | null>>()
  /** Whom this process has seen: while the database is away, they may still look. */
  const seen = createRecentMap<string, Pick<Signed, 'name' | 'id'>>({ most: 100 })

  async function find(session: Session | null): Promise<Signed | null> {
    if (!session) return null
    try {
      const key = await verify(session.key)
      if (!key || refusalOf(key) !== null) return null
      const person = { name: nameOfKey(key), id: key.id }
      seen.set(session.key, person)
      return { ...person, session }
    } catch (error) {
      const person = seen.get(session.key)
      if (!person || !(error instanceof PunctualError) || error.code !== 'store_unavailable') throw error
      return { ...person, session: { ...session, unlockedUntil: 0 } }
    }
  }

  return (request) => {
    const known = found.get(request) ?? find(cookie.read(request, clock.now()))
    found.set(request, known)
    return known
  }
}

export function nameOfKey({ name, id }: { readonly name: string; readonly id: string }): string {
  return `${name} (${id})`
}

/** Why a key does not open these pages, which show the connections of all owners; `null`: it does. */
export function refusalOf({
  scopes,
  owner,
}: {
  readonly scopes: readonly ApiScope[]
  readonly owner: string | null
}): string | null {
  if (!holdsScope(scopes, 'admin')) return 'This key lacks the scope admin.'
  return owner === null ? null : 'This key belongs to one owner, and these pages show the accounts of all owners.'
}
