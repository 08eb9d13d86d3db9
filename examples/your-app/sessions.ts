// Stands in for the log-in that your application has already: it knows who is signed in from a cookie. Here anybody is
// let in under any name; use your own.

import { randomUUID } from 'node:crypto'

export interface Sessions {
  /** Signs a person in and answers the `Set-Cookie`. */
  signIn(person: string): string
  /** Who is signed in, from a `Cookie` header; `null` if nobody is. */
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
