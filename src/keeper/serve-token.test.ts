import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PunctualError } from '../core/errors.ts'
import type { Grant, GrantRecords, ServedGrant } from '../records/grants.ts'
import type { RefreshResult } from './refresh-result.ts'
import { createServeToken, type ServeTokenDependencies } from './serve-token.ts'
import type { ServedToken } from './token-request.ts'

const seen = {
  id: 'g',
  generation: 1,
  sealed: 'first',
  scopes: [],
  status: 'live',
  reason: null,
  intent: null,
  remaining: -1000,
  readAt: 0,
  refreshAt: null,
  retryAt: 0,
  usedAt: 0,
} as unknown as Grant
const refreshed = { ...seen, generation: 2, remaining: 7_200_000 }

/** Serves a token through one refresh. `reads`: what each read of the connection finds, in order. */
function serving(
  reads: readonly (() => (ServedGrant & { readonly isDisconnected: boolean }) | null)[],
  {
    held,
    now = { ms: 0 },
    minimumValidityMs = 0,
  }: Partial<{
    readonly held: Grant
    readonly now: { ms: number }
    readonly minimumValidityMs: number
  }>,
  wait: () => RefreshResult,
): Promise<ServedToken> {
  const left = [...reads]
  const serve = createServeToken({
    grants: { ofConnection: async () => left.shift()?.() ?? null, get: async () => seen, touch: async () => {} },
    memory: { get: () => null, beforeRead: () => () => {} },
    journal: { newer: () => held ?? null },
    replay: { ready: () => null },
    refreshes: { wait: async () => wait() },
    clock: { now: () => now.ms, monotonic: () => now.ms, sleep: async () => {} },
    keepWarm: 'used',
    background: { follow: (work: Promise<unknown>) => work, goesOn: () => true, track: () => {} },
  } as unknown as ServeTokenDependencies & { readonly grants: GrantRecords })
  return serve({ connection: 'c', grant: 'g' }, { minimumValidityMs })
}

const away = (): never => {
  throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED', retryable: true })
}

test('a caller who was served from the journal learns after a refresh that the connection has ended', async () => {
  const ended = () => ({ ...refreshed, isDisconnected: true })
  const live: RefreshResult = { kind: 'live', grant: refreshed, issued: true, at: 0 }
  await assert.rejects(
    serving([away, ended], { held: seen }, () => live),
    { code: 'connection_not_found' },
  )
})

test('a refreshed token is served where the store has gone away since', async () => {
  const read = () => ({ ...seen, isDisconnected: false })
  const live: RefreshResult = { kind: 'live', grant: refreshed, issued: true, at: 0 }
  assert.equal((await serving([read, away], {}, () => live)).generation, 2)
})

test('the time that a caller took to go on counts for the token that a refresh has brought', async () => {
  const read = () => ({ ...seen, isDisconnected: false })
  const now = { ms: 0 }
  const live: RefreshResult = { kind: 'live', grant: refreshed, issued: true, at: 0 }
  const suspended = () => {
    now.ms += 3_600_000
    return live
  }
  assert.equal((await serving([read, read], { now }, suspended)).expiresAt, 7_200_000)
})

test('a token that ends while its caller waits for a longer one is not served', async () => {
  const read = () => ({ ...seen, remaining: 10_000, isDisconnected: false })
  const now = { ms: 0 }
  const away: RefreshResult = { kind: 'later', why: 'away', waitMs: 60_000, reason: 'timeout' }
  const late = () => {
    now.ms += 20_000
    return away
  }
  const atLeast = { minimumValidityMs: 60_000 }
  await assert.rejects(serving([read, read], { now, ...atLeast }, late), { code: 'provider_unavailable' })
  assert.equal((await serving([read], atLeast, () => away)).generation, 1)
})
