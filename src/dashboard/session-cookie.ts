// The session of a person who has signed in with an API key: one sealed cookie, so that every replica knows it and no store
// keeps it. The key in it is verified with each request, so a key that is revoked ends its sessions at once.

import { membersOf } from '../core/json.ts'

export interface Session {
  /** The text of the API key. */
  readonly key: string
  /** Milliseconds since 1970. */
  readonly endsAt: number
  /** Until when something may be changed; 0: nothing. */
  readonly unlockedUntil: number
}

export interface Sealer {
  seal(plaintext: string): string
  /** Throws for what was not sealed by it. */
  open(sealed: string): string
}

export interface SessionCookie {
  /** The session that a request shows; `null`: none, or it has ended. */
  read(request: Request, now: number): Session | null
  /** The `Set-Cookie` of a session; `null` removes it. */
  write(session: Session | null, now: number): string
}

export function createSessionCookie(own: URL, { seal, open }: Sealer): SessionCookie {
  const isSecure = own.protocol === 'https:'
  // The prefix makes a browser refuse a cookie of this name from a sister domain.
  const name = `${isSecure ? '__Host-' : ''}punctual_operator`

  return {
    read(request, now) {
      const session = sessionIn(openedOrNull(open, shownValue(request, name)))
      return session && session.endsAt > now ? session : null
    },
    write(session, now) {
      const [value, seconds] = session
        ? [seal(JSON.stringify(session)), Math.max(0, Math.ceil((session.endsAt - now) / 1000))]
        : ['', 0]
      return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
    },
  }
}

function shownValue(request: Request, name: string): string {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const [shown, another] = pairs.filter((pair) => pair.startsWith(`${name}=`))
  // Without the prefix another host or path can add one of its own, and a person would act in the name of its key.
  return another === undefined ? (shown?.slice(name.length + 1) ?? '') : ''
}

/** What cannot be opened counts as nothing. */
function openedOrNull(open: Sealer['open'], sealed: string): unknown {
  try {
    return sealed === '' ? null : JSON.parse(open(sealed))
  } catch {
    return null
  }
}

function sessionIn(opened: unknown): Session | null {
  const { key, endsAt, unlockedUntil } = membersOf(opened)
  if (typeof key !== 'string' || typeof endsAt !== 'number' || typeof unlockedUntil !== 'number') return null
  return { key, endsAt, unlockedUntil }
}
