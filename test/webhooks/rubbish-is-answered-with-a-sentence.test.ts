// What a caller of `punctual.webhooks` hands in by mistake is refused with a sentence, and nothing has happened then.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { cases, startListening } from './host.ts'

for (const of of cases) {
  test(`with a connection of ${of.client}`, async (t) => {
    const host = await startListening(t)
    const connection = await host.join(of)
    const { webhooks } = host.punctual
    await webhooks.subscribe(connection, of.events)
    for (const given of [null, undefined, 42, '', {}, { id: null }, []] as never[]) {
      const refusal = { code: 'invalid_argument', message: /must be a connection, or the id of one/ }
      await rejects(webhooks.subscribe(given, of.events), refusal)
      await rejects(webhooks.list(given), refusal)
      await rejects(webhooks.unsubscribe(given), refusal)
      await rejects(webhooks.rotateSecret(given), refusal)
    }
    for (const given of ['x', 'x'.repeat(1e6), '\u0000'])
      await rejects(webhooks.list(given), { code: 'connection_not_found' })
    for (const init of [
      null,
      42,
      'user',
      { scope: 'zzz' },
      { scope: '' },
      { scope: null },
      { scop: 'user' },
    ] as never[]) {
      await rejects(webhooks.subscribe(connection, of.events, init), { code: 'invalid_argument' })
      await rejects(webhooks.unsubscribe(connection, init), { code: 'invalid_argument' })
      await rejects(webhooks.rotateSecret(connection, init), { code: 'invalid_argument' })
    }
    const [standing, ...more] = await webhooks.list(connection)
    deepEqual([standing?.state, more], ['active', []])
    equal((await host.standing()).length, 1)
  })
}
