// Stands in for the log-in of your application: a cookie says who is signed in. Here every name is accepted; use your
// own log-in.

import { randomUUID } from 'node:crypto'

export interface Sessions {
  /** Signs a person in and returns the `Set-Cookie`. */
  signIn(person: string): string
  /** Returns the person who is signed in according to a `Cookie` header, or `null`. */
  personOf(cookies: string | null | undefined): string | null
}

export function createSessions(): Sessions {
  const people = new Map<string, string>()
  return {
    signIn(person) {
      const session = randomUUID()
      people.set(session, person)
      return `session=${session}; Path=/; HttpOnly; SameSite=Lax`
    },
    personOf(cookies) {
      const session = /(?:^|;\s*)session=([\w-]+)/.exec(cookies ?? '')?.[1]
      return people.get(session ?? '') ?? null
    },
  }
}
