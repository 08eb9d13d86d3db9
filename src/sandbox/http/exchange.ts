// One request and its answer, as plain values: what every handler takes and returns.
// A handler is synchronous: the body has been read before it runs, and the answer is sent after it has returned.

/** What the record keeps of a request, for a person who looks for the reason of a refusal. */
export interface Note {
  provider: 'calendly' | 'calcom' | null
  /** `authorize`, `token`, `revoke`, `introspect`, `api` or `page`. */
  endpoint: string
  client: string | null
  account: string | null
  grantType: string | null
  /** Why it was refused, in plain words; null if it was not. Never holds a presented value. */
  why: string | null
}

/** One request, read completely. */
export interface Exchange {
  readonly method: string
  /** As the client sent it. */
  readonly url: URL
  /** Below the root of the host, such as `/oauth/token`. */
  path: string
  /** With its question mark, or empty. */
  readonly search: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: string
  readonly ip: string
  /** The provider's clock, in milliseconds. */
  now: number
  readonly note: Note
}

/** One answer; an object as its body is sent as JSON. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | object
}

/** Returned instead of a value: the answer that refuses the request. */
export interface Refused {
  readonly refusal: Answer
}

/** A JSON answer. */
export function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body }
}

/** A redirect; 302 unless said otherwise. */
export function redirectAnswer(location: string, status = 302): Answer {
  return { status, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, body: '' }
}

/** Notes why a request is refused and returns the answer. */
export function refused(exchange: Exchange, why: string, answer: Answer): Answer {
  exchange.note.why = why
  return answer
}

/** The body's media type, lower case and without parameters; empty if the request names none. */
export function mediaType(exchange: Exchange): string {
  return (exchange.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The token of an `Authorization: Bearer` header, or null. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer +(\S+)\s*$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

/** The first place where two strings differ, counted from 1, in words. */
export function firstDifference(given: string, registered: readonly string[]): string {
  let best = 0
  for (const one of registered) {
    let at = 0
    while (at < one.length && at < given.length && one[at] === given[at]) at += 1
    best = Math.max(best, at)
  }
  return registered.length === 1
    ? `differs from the registered one at character ${best + 1}`
    : `matches none of the ${registered.length} registered ones; the nearest differs at character ${best + 1}`
}
