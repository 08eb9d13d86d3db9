// The background deletes connect sessions and API keys that nobody needs any more, as many as there are.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { startHost } from '../support/host.ts'

const day = 86_400_000

test('a round deletes old connect sessions and ended API keys until none is left', async (t) => {
  const store = memory()
  const host = await startHost(t, { store })
  for (const [table, ageMs] of [
    ['connectSessions', day],
    ['apiKeys', 90 * day],
  ] as const) {
    const swept = [500, 500, 3]
    const asked: (readonly number[])[] = []
    const over = new Promise<void>((resolve) => {
      t.mock.method(store[table], 'sweep', async (...values: readonly [number, number]) => {
        asked.push(values)
        const deleted = swept.shift() ?? 0
        if (deleted < 500) resolve()
        return deleted
      })
    })
    host.punctual.start()
    await over
    await host.punctual.stop()
    assert.deepEqual(asked, Array(3).fill([ageMs, 500]))
  }
})
