import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../core/secret.ts'
import type { Grant } from '../records/grants.ts'
import { createGrantEnding, type GrantEndingDependencies } from './end-grant.ts'

function grant(generation: number, refreshToken: string, outcomeUnknown = false): Grant {
  const open = () => ({ accessToken: secret('access'), refreshToken: secret(refreshToken) })
  return { id: 'g', generation, outcomeUnknown, status: 'live', open } as unknown as Grant
}

/** What becomes of a grant whose token was refused, where the store has that row by then. */
async function afterRefusal(read: Grant, stored: Grant) {
  const ended: number[] = []
  const ending = createGrantEnding({
    grants: {
      get: async () => stored,
      useFallback: async () => false,
      forgetFallback: async () => 'kept',
      end: async (_id: string, generation: number) => ended.push(generation) > 0,
    },
    journal: { newer: () => null },
    clock: { monotonic: () => 0 },
    report: { ended() {} },
  } as unknown as GrantEndingDependencies)
  const { kind } = await ending.afterRefusal(read)
  return { kind, ended }
}

test('a refused set that was put in place again meanwhile, as a fallback set, is not presented again: its grant ends', async () => {
  const { kind, ended } = await afterRefusal(grant(3, 'refused'), grant(5, 'refused', true))
  assert.deepEqual([kind, ended], ['over', [5]])
})

test('another set that has taken its place is used', async () => {
  const { kind, ended } = await afterRefusal(grant(3, 'refused'), grant(5, 'another', true))
  assert.deepEqual([kind, ended], ['live', []])
})
