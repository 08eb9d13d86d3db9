// No request occupies a connection of the provider without a bound, and no API key takes the place of the others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulingOf } from '../../src/core/scheduling/connection.ts'
import { createOperationDeadline } from '../../src/server/api/request/deadline.ts'
import type { Call } from '../../src/server/api/request/operation.ts'
import { z } from '../../src/server/api/request/zod.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { manualClock } from '../support/manual-clock.ts'
import { startService } from './service.ts'

test('slots are listed for three months at once, and not for longer', async (t) => {
  const service = await startService(t)
  const path = `/v1/connections/${await service.connect('calcom')}`
  const types = await service.ask('GET', `${path}/event-types?active=true`)
  const now = service.host.sandbox.clock.now()
  const day = (count: number) => new Date(now + count * 86_400_000).toISOString()
  const slots = (to: string) =>
    `${path}/slots?${new URLSearchParams({ eventType: types.body.eventTypes[0].id, from: day(1), to })}`
  assert.equal((await service.ask('GET', slots(day(93)))).status, 200)
  const before = service.host.sandbox.requests().length
  for (const to of [day(93.1), '9999-12-01T00:00:00Z']) {
    const { detail, errors } = await service.refused('invalid_argument', 'GET', slots(to))
    assert.match(detail, /^query\.to must be at most 92 days after from\. Ask for the rest in another request\.$/)
    assert.equal(errors?.[0]?.path, 'query.to')
  }
  assert.equal(service.host.sandbox.requests().length, before, 'nothing was sent')
})

test('a request that reads ends with its calls when its time is over, and says so', async (t) => {
  const clock = manualClock()
  let isAway = false
  const asked = Promise.withResolvers<AbortSignal>()
  const { connect, refused } = await startService(t, {
    api: { clock },
    punctual: {
      fetch(input, init) {
        if (!isAway) return fetch(input, init)
        const signal = init?.signal as AbortSignal
        asked.resolve(signal)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    },
  })
  const id = await connect('calendly')
  isAway = true
  const problem = refused('operation_timeout', 'GET', `/v1/connections/${id}/event-types`)
  const signal = await asked.promise
  clock.pass(55_000)
  const { status, detail } = await problem
  assert.equal(status, 504)
  assert.match(detail, /^It took longer than 55 s: its calls had to wait for their turn, or were too many\./)
  assert.ok(signal.aborted)
})

test('a change goes on when its time is over, and its answer says how to learn what came of it', async () => {
  const clock = manualClock()
  const within = createOperationDeadline(clock, 1000)
  for (const [headers, remedy] of [
    [z.object({}), /and goes on\. Send it again with the same Idempotency-Key/],
    [undefined, /and goes on\. Read what it is about before you send it again\.$/],
  ] as const) {
    const change = within(
      { method: 'post', ...(headers && { headers }) },
      new Request('http://localhost/'),
      () => new Promise(() => {}),
    )
    clock.pass(1000)
    await assert.rejects(change, { code: 'operation_timeout', message: remedy })
  }
})

test('every verb of the scheduling model makes its calls in the name of the API key', async () => {
  const seen: string[] = []
  const verb =
    (name: string) =>
    (...values: readonly unknown[]) => {
      const { caller } = (values.at(-1) ?? {}) as { caller?: string }
      assert.equal(caller, 'key1', name)
      seen.push(name)
      throw new Error('seen')
    }
  const verbs = Object.fromEntries(
    [
      'eventTypes',
      'eventType',
      'slots',
      'hold',
      'bookings',
      'booking',
      'book',
      'reschedule',
      'cancel',
      'markNoShow',
    ].map((name) => [name, verb(name)]),
  )
  const connection = { [schedulingOf]: () => verbs }
  const call = {
    punctual: { connections: { get: async () => connection } },
    apiKey: { id: 'key1', owner: null },
    signal: new AbortController().signal,
  } as unknown as Call
  const input = { params: {}, query: { from: '', to: '' }, headers: {}, body: {} } as never
  const scheduled = operations.filter(({ tag }) => tag === 'Scheduling')
  for (const operation of scheduled.filter(({ id }) => id !== 'listCapabilities'))
    await assert.rejects(async () => operation.handle(input, call), /seen/)
  for (const query of [{ eventType: 'one' }, { booking: 'one' }]) {
    const capabilities = scheduled.find(({ id }) => id === 'listCapabilities')
    await assert.rejects(async () => capabilities?.handle({ params: {}, query } as never, call), /seen/)
  }
  assert.deepEqual([...new Set(seen)].sort(), Object.keys(verbs).sort())
})
