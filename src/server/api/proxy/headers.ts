// Which headers pass. Those of one hop end here, and so do those that speak of the caller to us, or of the provider's
// origin to a browser.

/** RFC 9110, section 7.6.1, and what it names of older texts. */
const ofOneHop = [
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'http2-settings',
]

/** The caller's secrets, what it told our own server, and what describes its way to us. */
const ofTheCaller = [
  'authorization',
  'cookie',
  'cookie2',
  'host',
  'content-length',
  'expect',
  // Node's fetch says itself which encodings it decodes.
  'accept-encoding',
  'origin',
  'referer',
  'via',
  'forwarded',
  'x-real-ip',
  'true-client-ip',
  'x-request-id',
  'traceparent',
  'tracestate',
  'baggage',
]
const ofTheCallerByPrefix = /^(x-forwarded-|sec-|cf-|fly-|x-envoy-|x-amzn-)/

/** What a provider says to a browser about its own origin, which is not ours. */
const ofTheProvider = [
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'report-to',
  'reporting-endpoints',
  'nel',
  'service-worker-allowed',
  'cross-origin-opener-policy',
  'cross-origin-opener-policy-report-only',
  'cross-origin-embedder-policy',
  'cross-origin-embedder-policy-report-only',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'permissions-policy',
  'referrer-policy',
  'refresh',
  'sourcemap',
  'x-sourcemap',
  'speculation-rules',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-frame-options',
  'x-xss-protection',
  // To the caches between it and us.
  'age',
  'expires',
  'pragma',
  'surrogate-control',
  'cdn-cache-control',
  'x-request-id',
  'punctual-failure',
]
const ofTheProviderByPrefix = /^access-control-/

/** The headers of the caller that the provider gets. */
export function forwardedHeaders(headers: Headers): Headers {
  const passed = without(headers, ofTheCaller)
  for (const name of [...passed.keys()]) if (ofTheCallerByPrefix.test(name)) passed.delete(name)
  return passed
}

/** The headers of the provider that the caller gets. */
export function returnedHeaders(headers: Headers): Headers {
  const passed = without(headers, ofTheProvider)
  for (const name of [...passed.keys()]) if (ofTheProviderByPrefix.test(name)) passed.delete(name)
  // A page of the provider must do nothing at our origin.
  passed.set('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'")
  const caching = passed.get('cache-control')
  if (caching !== null) passed.set('cache-control', asPrivate(caching))
  if (!isPaging(passed.get('link'))) passed.delete('link')
  return passed
}

/** An answer that was made with a key is for the holder of that key: no shared cache may keep it. */
function asPrivate(caching: string): string {
  const directives = caching
    .replaceAll(/="[^"]*"/g, '')
    .split(',')
    .map((directive) => directive.trim())
  return ['private', ...directives.filter((one) => !/^(public|private|s-maxage)(\s*=|$)/i.test(one))].join(', ')
}

/** Whether links only lead to other pages of a list; other ones tell a browser what to load. */
function isPaging(links: string | null): boolean {
  return /^(\s*<[^>]*>\s*;\s*rel\s*=\s*"?(next|prev|first|last)"?\s*(,|$))+$/i.test(links ?? '')
}

function without(headers: Headers, names: readonly string[]): Headers {
  const passed = new Headers(headers)
  const named = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  for (const name of [...ofOneHop, ...names, ...named]) if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) passed.delete(name)
  return passed
}
