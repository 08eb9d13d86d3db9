// Protections, each with a change that takes it out and the test that must then fail. docs/decisions/attacks.md lists them for a reader.

export interface Protection {
  /** What it is, as the rest of the sentence "Without …". */
  readonly name: string
  readonly file: string
  /** A text that the file has once. */
  readonly text: string
  readonly replacement: string
  /** The test that must fail without it. */
  readonly test: string
}

const callbacks = 'test/journeys/a-callback-counts-once-and-in-its-own-browser.test.ts'
const deliveries = 'test/webhooks/deliveries-that-are-refused.test.ts'
const keys = 'test/access/api-keys.test.ts'
const addresses = 'test/security/event-addresses.test.ts'
const browserInput = 'test/security/browser-input.test.ts'

export const protections: readonly Protection[] = [
  {
    name: 'the binding of a callback to its browser',
    file: 'src/flow/callback.ts',
    text: "if (nonce === '' || !seen.provesBrowser(nonce)) return notFoundPage('another_browser')",
    replacement: "if (nonce === '' && seen === null) return notFoundPage('another_browser')",
    test: callbacks,
  },
  {
    name: 'the recognition of a prefetch',
    file: 'src/flow/callback.ts',
    text: 'if (isPrefetch(request)) return prefetchAnswer()',
    replacement: 'if (isPrefetch(request) && request === null) return prefetchAnswer()',
    test: callbacks,
  },
  {
    name: 'the check of the issuer',
    file: 'src/flow/callback.ts',
    text: 'return issuer === null ? !provider.issuerInCallback : issuer === provider.issuer',
    replacement: 'return issuer === null || provider.issuer !== null',
    test: callbacks,
  },
  {
    name: 'the refusal of repeated parameters',
    file: 'src/flow/callback.ts',
    text: 'const repeated = query.size > new Set(query.keys()).size',
    replacement: 'const repeated = query.size < 0',
    test: callbacks,
  },
  {
    name: 'the check of the person who finishes',
    file: 'src/flow/callback.ts',
    text: "if (owner !== attempt.owner) return fail(attempt, 'attempt_refused', 'another_person')",
    replacement: "if (owner === '') return fail(attempt, 'attempt_refused', 'another_person')",
    test: callbacks,
  },
  {
    name: 'the list of error codes that may be passed on',
    file: 'src/flow/callback.ts',
    text: "providerErrors.has(error) ? error : 'provider_error'",
    replacement: "providerErrors.size > 0 ? error : 'provider_error'",
    test: callbacks,
  },
  {
    name: 'the bound on cookies',
    file: 'src/flow/cookies.ts',
    text: 'const most = 10',
    replacement: 'const most = 1000',
    test: 'test/journeys/attempts-are-limited.test.ts',
  },
  {
    name: 'the check of the scheme of a return address',
    file: 'src/flow/connect-checks.ts',
    text: '/^https?:$/.test(url.protocol)',
    replacement: "url.protocol !== ''",
    test: 'test/security/return-addresses.test.ts',
  },
  {
    name: 'the binding of a brought attempt to its browser',
    file: 'src/flow/connect-session-arrival.ts',
    text: 'const isItsOwn = browser.nonce !== null && attempt.provesBrowser(browser.nonce)',
    replacement: 'const isItsOwn = browser.nonce !== null',
    test: 'test/journeys/a-connect-session-belongs-to-one-browser.test.ts',
  },
  {
    name: 'the digests that an unknown id costs',
    file: 'src/records/api-keys.ts',
    text: '      const shown = digest(secret)\n',
    replacement: '      if (!row) return null\n      const shown = digest(secret)\n',
    test: keys,
  },
  {
    name: 'the end of a revoked key',
    file: 'src/records/api-keys.ts',
    text: 'const hasEnded = revokedAt !== null || (expiresAt',
    replacement: 'const hasEnded = (revokedAt !== null && expiresAt === 0) || (expiresAt',
    test: keys,
  },
  {
    name: 'the limit of requests of a key',
    file: 'src/server/api/request/rate-limit.ts',
    text: 'if (window.requests <= requestsPerMinute) return',
    replacement: 'if (window.requests <= 1e9) return',
    test: 'test/server/keys-and-owners.test.ts',
  },
  {
    name: 'the refusal of encoded slashes in a path of the proxy',
    file: 'src/server/api/proxy/path.ts',
    text: '/%(?:2f|5c|25|00)/i.test(path)',
    replacement: '/%(?:00)/i.test(path)',
    test: 'test/server/proxy/hostile-requests-are-refused.test.ts',
  },
  {
    name: 'the refusal of a body’s member __proto__',
    file: 'src/server/api/request/body.ts',
    text: "if (Object.hasOwn(next, '__proto__'))",
    replacement: "if (Object.hasOwn(next, '__protocol__'))",
    test: 'test/server/bad-requests-are-refused.test.ts',
  },
  {
    name: 'the refusal of two Host headers',
    file: 'src/server/malformed.ts',
    text: "return count === 1 || (count === 0 && httpVersion === '1.0')",
    replacement: "return count >= 1 || (count === 0 && httpVersion === '1.0')",
    test: 'test/server/proxy/hostile-requests-are-refused.test.ts',
  },
  {
    name: 'the search for dots behind encoded slashes',
    file: 'src/calls/address.ts',
    text: '!hasHiddenDots(url)) return url',
    replacement: '(!hasHiddenDots(url) || url.href !== "")) return url',
    test: browserInput,
  },
  {
    name: 'the refusal of redirects with a token',
    file: 'src/calls/request.ts',
    text: "redirect: 'manual', signal }",
    replacement: "redirect: 'follow', signal }",
    test: 'src/calls/call.test.ts',
  },
  {
    name: 'the comparison of signatures',
    file: 'src/webhooks/verify.ts',
    text: 'timingSafeEqual(given, expected)',
    replacement: 'timingSafeEqual(given, given)',
    test: deliveries,
  },
  {
    name: 'the refusal of an empty secret',
    file: 'src/webhooks/verify.ts',
    text: "if (key === '') continue",
    replacement: "if (key === ' ') continue",
    test: 'test/security/provider-input.test.ts',
  },
  {
    name: 'the age limit of a delivery',
    file: 'src/webhooks/receive.ts',
    text: "return age <= toleranceMs ? null : 'too_old'",
    replacement: "return age <= toleranceMs * 1e6 ? null : 'too_old'",
    test: deliveries,
  },
  {
    name: 'the account in a delivery',
    file: 'src/webhooks/receive.ts',
    text: "if (message.account !== null && message.account !== account) return 'another_account'",
    replacement: "if (message.account !== null && message.account === '') return 'another_account'",
    test: deliveries,
  },
  {
    name: 'the check of the address of a connection',
    file: 'src/core/last-check.ts',
    text: '(socket?.remoteAddress ?? null)',
    replacement: '(socket ? null : null)',
    test: addresses,
  },
  {
    name: 'the address of IPv4 in one of IPv6',
    file: 'src/core/public-address.ts',
    text: 'return carried === undefined ? bare : ofGroups(carried)',
    replacement: "return carried === '' ? ofGroups(carried) : bare",
    test: addresses,
  },
  {
    name: 'the refusal of metadata services where private addresses are allowed',
    file: 'src/outbox/public-destination.ts',
    text: 'if (isMetadataAddress(address)) return',
    replacement: 'if (isMetadataAddress(address) && !allowPrivateAddresses) return',
    test: addresses,
  },
  {
    name: 'the place of a sealed value in its seal',
    file: 'src/vault/cipher.ts',
    text: 'const text = contextOf(place)',
    replacement: "const text = contextOf({ ...place, row: '' })",
    test: 'src/vault/vault.test.ts',
  },
  {
    name: 'the search for escaped secrets',
    file: 'src/core/redaction.ts',
    text: 'reading = unescaped(reading)',
    replacement: 'reading = depth > 9 ? unescaped(reading) : null',
    test: 'src/core/redaction.test.ts',
  },
  {
    name: 'the shape of the words of a foreign error',
    file: 'src/core/foreign-error.ts',
    text: "return typeof value === 'string' && shape.test(value) ? value : undefined",
    replacement: "return typeof value === 'string' && shape !== null ? value : undefined",
    test: 'src/core/foreign-error.test.ts',
  },
  {
    name: 'the net below the log',
    file: 'src/server/operation/scrub.ts',
    text: 'secrets.reduce((text, [pattern, shown]) => text.replace(pattern, shown), part)',
    replacement: 'secrets.slice(99).reduce((text, [pattern, shown]) => text.replace(pattern, shown), part)',
    test: 'test/server/operation/the-log.test.ts',
  },
  {
    name: 'the signs that a terminal obeys',
    file: 'src/cli/output/terminal.ts',
    text: "text.replace(obeyed, '�')",
    replacement: "text.replaceAll('�', '�')",
    test: 'test/security/terminal-texts.test.ts',
  },
  {
    name: 'the depth of a token answer',
    file: 'src/oauth/answer.ts',
    text: 'isTooDeep(answer.text) ? plainMembers(tokens) : tokens',
    replacement: "isTooDeep('') ? plainMembers(tokens) : tokens",
    test: 'test/security/provider-input.test.ts',
  },
  {
    name: 'the guard of the sandbox’s control',
    file: 'src/sandbox/control/control.ts',
    text: 'refuseOtherOrigin(exchange, context.world.base()) ?? (await',
    replacement: '(exchange === null ? refuseOtherOrigin(exchange, "") : null) ?? (await',
    test: 'test/sandbox/control.test.ts',
  },
]
