import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { EventsRequest } from '../../src/index.ts'
import { startQuietHost } from '../support/host.ts'
import { settle, stores } from './consumer.ts'

describe('the events of the outbox', () => {
  for (const store of stores) {
    test(`are listed page by page, newest first: ${store.name}`, async (t) => {
      const deliverTo = ({ client }: { client: string }) => {
        if (client === 'calcom') throw new Error('not now')
      }
      const host = await startQuietHost(t, { store: await store.open(t), deliverTo })
      for (const owner of ['ada', 'bob', 'eve', 'joe', 'kim']) {
        host.person = owner
        for (const client of ['calendly', 'calcom']) await host.connect(client)
      }
      const { list } = host.punctual.events
      while ((await list({ state: 'done' })).events.length < 5) await settle()
      const seen: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof list>> = await list({ limit: 4, cursor: cursor ?? null })
        assert.ok(page.events.length <= 4)
        seen.push(...page.events.map(({ owner, client, state }) => `${owner} ${client} ${state}`))
        cursor = page.cursor
      }
      const states = { calcom: 'pending', calendly: 'done' }
      const expected = ['kim', 'joe', 'eve', 'bob', 'ada'].flatMap((owner) =>
        (['calcom', 'calendly'] as const).map((client) => `${owner} ${client} ${states[client]}`),
      )
      assert.deepEqual(seen, expected)
      assert.equal((await list({ state: 'pending' })).events.length, 5)
      assert.deepEqual(await list({ state: 'dead' }), { events: [], cursor: null })
    })
  }

  test('are refused to a wrong request, with a sentence that says what is wrong', async (t) => {
    const host = await startQuietHost(t, {
      deliverTo() {
        throw new Error('not now')
      },
    })
    await host.connect('calendly')
    const { list, get, replay } = host.punctual.events
    const [event] = (await list()).events
    const wrong: readonly [request: object, sentence: RegExp][] = [
      [{ limit: 0 }, /^events\.list: limit must be a whole number from 1 to 200\.$/],
      [{ limit: 201 }, /limit/],
      [{ state: 'lost' }, /^events\.list: state must be "pending", "done" or "dead"\.$/],
      [{ owner: undefined }, /^events\.list: owner must be the host application's id/],
      [{ owner: '' }, /owner/],
      [{ ownr: 'ada' }, /^events\.list: ownr is not an option\. The options are state, owner, cursor, limit\.$/],
      [null as never, /^events\.list: the argument must be an object with state, owner/],
      [{ cursor: 'zzz' }, /cursor/],
      [{ cursor: "'; drop" }, /^events\.list: cursor must be the cursor of an earlier page\.$/],
    ]
    for (const [request, message] of wrong)
      await assert.rejects(list(request as EventsRequest), { code: 'invalid_argument', message })
    const unknown = { code: 'event_not_found', message: /no event has that id/ }
    await assert.rejects(get('evt_unknown'), unknown)
    await assert.rejects(replay('evt_unknown'), unknown)
    for (const id of [undefined, null, 42, {}, 'evt_1_\u0000'] as never[]) {
      await assert.rejects(get(id), unknown)
      await assert.rejects(replay(id), unknown)
    }
    for (const whose of [{ owner: undefined }, { ownr: 'ada' }, null] as never[])
      await assert.rejects(replay(event?.id ?? '', whose), { code: 'invalid_argument', message: /^events\.replay: / })
    const pending = /^events\.replay: the event is pending\. Only a dead event is dispatched again\.$/
    await assert.rejects(replay(event?.id ?? ''), { code: 'event_not_dead', reason: 'pending', message: pending })
  })
})
