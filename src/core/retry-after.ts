// How long a provider asks us to wait, read from the headers that providers really send.

const dayMs = 86_400_000

/**
 * Returns the milliseconds to wait before another try, at most `mostMs`; `null` when the headers do not say. `Retry-After` counts on any
 * status, the rate limit's reset only on a 429. Servers have been seen to write a moment where a span belongs, and a
 * date is read by a clock that may be wrong: so every wait has a bound.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 RFC 9110, section 10.2.3}
 */
export function retryAfterMs(status: number, headers: Headers, now: number, mostMs: number = dayMs): number | null {
  const asked = fromRetryAfter(headers.get('retry-after'), now) ?? (status === 429 ? fromRateLimitReset(headers) : null)
  return asked === null ? null : Math.min(asked, mostMs)
}

function fromRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  // An HTTP date begins with the name of a day; Date.parse alone would take "-5" or "1.5" for a year.
  const at = /^\s*[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/** The longest of `X-RateLimit-Reset` and `X-RateLimit-Reset-*`: seconds left. A value of more than a day is not a number of seconds. */
function fromRateLimitReset(headers: Headers): number | null {
  const seconds = [...headers]
    .filter(([name, value]) => /^x-ratelimit-reset(-|$)/.test(name) && /^\s*\d+(\.\d+)?\s*$/.test(value))
    .map(([, value]) => Math.ceil(Number(value)))
    .filter((value) => value <= dayMs / 1000)
  return seconds.length > 0 ? Math.max(...seconds) * 1000 : null
}
