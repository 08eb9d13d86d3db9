import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../core/secret.ts'
import { afterwards, type Schedule } from '../records/refreshed-set.ts'
import { createStoreAnswer, type StoreAnswerDependencies } from './refresh.ts'

test('the time that a store takes to fail counts for the set that goes into the journal', async () => {
  let now = 0
  const kept: Schedule[] = []
  const storeAnswer = createStoreAnswer({
    grants: {
      seal: () => ({}),
      withRefresh: (_: unknown, __: unknown, { expiresInMs }: Schedule) => ({ remaining: expiresInMs }),
      async commit() {
        now += 3_600_000
        throw new Error('away')
      },
    },
    journal: {
      async keep(_: unknown, __: unknown, schedule: Schedule) {
        kept.push(schedule)
        return { durable: true }
      },
    },
    schedule: (_: unknown, __: unknown, elapsedMs: number) =>
      afterwards({ expiresInMs: 7_200_000, refreshInMs: 6_000_000, dueInMs: 6_000_000 }, elapsedMs),
    clock: { monotonic: () => now },
    report: { journaled: () => {} },
  } as unknown as StoreAnswerDependencies)
  const answer = { accessToken: secret('at'), refreshToken: secret('rt') }
  const [client, lease] = [{}, { grant: {} }]
  const result = await storeAnswer(
    client as Parameters<typeof storeAnswer>[0],
    lease as Parameters<typeof storeAnswer>[1],
    { kind: 'issued', answer, sentAt: -60_000 } as unknown as Parameters<typeof storeAnswer>[2],
  )
  assert.deepEqual(kept, [{ expiresInMs: 3_540_000, refreshInMs: 2_340_000, dueInMs: 2_340_000 }])
  assert.ok(result.kind === 'live')
  assert.deepEqual([result.grant.remaining, result.at], [3_540_000, 3_600_000])
})
