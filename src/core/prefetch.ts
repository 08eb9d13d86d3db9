// Tells a person's visit from a browser that only prepares a page: nothing begins or ends for the latter.

/** Whether the browser only prepares a page that a person may open. */
export function isPrefetch({ headers }: Request): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers.get(name) ?? '').join(' ')
  return /\b(prefetch|prerender|preview)\b/i.test(purpose) || headers.has('next-router-prefetch')
}

export function prefetchAnswer(): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
}
