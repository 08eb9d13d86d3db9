// Wrong arguments of `punctual.webhooks` are refused with a sentence, and change nothing.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cases, startListening } from './host.ts'

for (const of of cases) {
  test(`wrong arguments are refused and change no subscription at ${of.client}`, async (t) => {
    const host = await startListening(t)
    const connection = await host.join(of)
    const { webhooks } = host.punctual
    await webhooks.subscribe(connection, of.events)
    for (const wrong of [null, undefined, 42, '', {}, { id: null }, []] as never[]) {
      const refusal = { code: 'invalid_argument', message: /must be a connection, or the id of one/ }
      await assert.rejects(webhooks.subscribe(wrong, of.events), refusal)
      await assert.rejects(webhooks.list(wrong), refusal)
      await assert.rejects(webhooks.unsubscribe(wrong), refusal)
      await assert.rejects(webhooks.rotateSecret(wrong), refusal)
    }
    for (const unknown of ['x', 'x'.repeat(1e6), '\u0000'])
      await assert.rejects(webhooks.list(unknown), { code: 'connection_not_found' })
    for (const init of [
      null,
      42,
      'user',
      { scope: 'zzz' },
      { scope: '' },
      { scope: null },
      { scop: 'user' },
    ] as never[]) {
      await assert.rejects(webhooks.subscribe(connection, of.events, init), { code: 'invalid_argument' })
      await assert.rejects(webhooks.unsubscribe(connection, init), { code: 'invalid_argument' })
      await assert.rejects(webhooks.rotateSecret(connection, init), { code: 'invalid_argument' })
    }
    const [standing, ...more] = await webhooks.list(connection)
    assert.deepEqual([standing?.state, more], ['active', []])
    assert.equal((await host.standing()).length, 1)
  })
}
