// Connect sessions and API keys: SQLite against the model.

import { test } from 'node:test'
import fc from 'fast-check'
import type { Store } from '../../src/core/store/store.ts'
import { apiKey, connectSession } from './fixtures.ts'
import { does, sameAsModel } from './same-as-model.ts'

const id = fc.constantFrom('a', 'b', 'c')
const ms = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.double({ min: 0, max: 1000, noNaN: true }))
const past = fc.constantFrom(0, 0, 0, 1)
const revisionOf = async ({ connectSessions }: Store, id: string, past: number) =>
  ((await connectSessions.get(id))?.revision ?? 0) - past

const sessionOperations = fc.oneof(
  does('insert', [id, ms, fc.boolean()], ({ connectSessions }, id, life, anotherAccount) =>
    connectSessions.insert(connectSession(id, { anotherAccount, connection: anotherAccount ? 'c1' : null }), life * 50),
  ),
  does('get', [id], ({ connectSessions }, id) => connectSessions.get(id)),
  {
    arbitrary: does(
      'update',
      [id, past, fc.option(fc.constantFrom('x', 'y')), fc.option(fc.constant('c1'))],
      async (store, id, past, attempt, connected) =>
        store.connectSessions.update(id, await revisionOf(store, id, past), {
          ...(attempt !== null && { attempt }),
          ...(connected !== null && { connected }),
        }),
    ),
    weight: 3,
  },
  does('sweep', [ms], ({ connectSessions }, age) => connectSessions.sweep(age, 10)),
)

test('connect sessions are kept as in the model', { timeout: 120_000 }, () =>
  sameAsModel(
    sessionOperations,
    ({ connectSessions }) => Promise.all(['a', 'b', 'c'].map((id) => connectSessions.get(id))),
    40,
  ),
)

const keyOperations = fc.oneof(
  does('insert', [id, fc.option(ms), fc.option(fc.constant('ann'))], ({ apiKeys }, id, life, owner) =>
    apiKeys.insert(apiKey(id, { owner }), life === null ? null : life * 50),
  ),
  does('get', [id], ({ apiKeys }, id) => apiKeys.get(id)),
  does('list', [fc.option(id), ms], ({ apiKeys }, id, createdAt) =>
    apiKeys.list({ after: id === null ? undefined : { createdAt: Date.UTC(2030, 0, 1) + createdAt, id }, limit: 2 }),
  ),
  does('rotate', [id, fc.constantFrom('x', 'y'), ms], ({ apiKeys }, id, hash, grace) =>
    apiKeys.rotate(id, hash, grace),
  ),
  does('revoke', [id], ({ apiKeys }, id) => apiKeys.revoke(id)),
  does('touch', [id, ms], ({ apiKeys }, id, every) => apiKeys.touch(id, every)),
  does('sweep', [ms], ({ apiKeys }, age) => apiKeys.sweep(age, 10)),
)

test('API keys are kept as in the model', { timeout: 120_000 }, () =>
  sameAsModel(keyOperations, ({ apiKeys }) => apiKeys.list({ limit: 10 }), 40),
)
