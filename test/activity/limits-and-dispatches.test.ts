// What a process knows of the limits of a connection, and what is kept of the dispatches of an event.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConsumer } from '../outbox/consumer.ts'
import { startSmall } from '../scheduling/small-provider.ts'
import { setFault, startQuietHost } from '../support/host.ts'
import { refused } from '../typed/person.ts'

test('after a call it is known what is left of the budget, until its window ends', async (t) => {
  const host = await startQuietHost(t)
  const { operator } = host.punctual
  const connection = await host.connect('calendly')
  assert.deepEqual(await operator.limits(connection.id), { budget: null, obstacles: [] })
  await connection.fetch('/users/me')
  const { budget } = await operator.limits(connection.id)
  const { limit, remaining, resetsAt, blockedUntil } = budget ?? {}
  assert.ok(limit && remaining && remaining < limit && remaining > 0, JSON.stringify(budget))
  const leftMs = (resetsAt?.getTime() ?? 0) - host.clock.now()
  assert.ok(leftMs > 0 && leftMs <= 61_000, String(leftMs))
  assert.equal(blockedUntil, null)
  await connection.fetch('/users/me')
  assert.equal((await operator.limits(connection.id)).budget?.remaining, remaining - 1)
  assert.equal((await host.another().operator.limits(connection.id)).budget, null, 'another process has made no call')
  host.sandbox.clock.advance(120)
  assert.equal((await operator.limits(connection.id)).budget, null)
  await assert.rejects(operator.limits('connection_nobody'), { code: 'connection_not_found' })
})

test('after a refused call it is known until when none is made', async (t) => {
  const host = await startQuietHost(t)
  const connection = await host.connect('calendly')
  await setFault(host, { kind: 'rate_limited', endpoint: 'api', seconds: 40, count: 1 })
  await connection.fetch('/users/me', { deadlineMs: 1000 }).catch(() => {})
  const { budget } = await host.punctual.operator.limits(connection.id)
  const leftMs = (budget?.blockedUntil?.getTime() ?? 0) - host.clock.now()
  assert.ok(leftMs > 30_000 && leftMs <= 60_000, JSON.stringify(budget))
  assert.equal(budget?.remaining, null)
})

test('what the plan of an account is in the way of is known for an hour', async (t) => {
  const { host, calendar, connection, world } = await startSmall(t)
  const limits = () => host.punctual.operator.limits(connection.id)
  world.answer = () => Response.json({ reason: 'plan_limit' }, { status: 403 })
  await refused(() => calendar.eventTypes(), 'provider_refused')
  const [obstacle, ...others] = (await limits()).obstacles
  assert.deepEqual([obstacle?.what, obstacle?.because, others], ['eventTypes.read', 'plan', []])
  assert.equal(obstacle?.until.getTime(), host.clock.now() + 3_600_000)
  host.advance(3600)
  assert.deepEqual((await limits()).obstacles, [])
})

test('each dispatch that failed is kept, and the one that was acknowledged after them', async (t) => {
  const consumer = createConsumer(({ dispatch, type }) => {
    if (type === 'connection.created' && dispatch < 3) throw new TypeError('a secret')
  })
  const host = await startQuietHost(t, { deliverTo: consumer.handler })
  const { operator } = host.punctual
  host.punctual.start()
  const connection = await host.connect('calendly')
  await connection.disconnect()
  await consumer.until(4)
  await host.punctual.stop()

  const [failed, smooth] = [consumer.events[0]?.id ?? '', consumer.events.at(-1)?.id ?? '']
  const { items, cursor } = await operator.dispatches(failed)
  assert.deepEqual(
    items.map(({ outcome, attempt, error, destination }) => [outcome, attempt, error, destination]),
    [
      ['acknowledged', 3, null, ''],
      ['failed', 2, 'the handler threw (TypeError)', ''],
      ['failed', 1, 'the handler threw (TypeError)', ''],
    ],
  )
  assert.equal(cursor, null)
  for (const { at, durationMs } of items) assert.ok(at.getTime() > 0 && Number.isInteger(durationMs) && durationMs >= 0)
  assert.deepEqual((await operator.dispatches(smooth)).items, [], 'what is acknowledged at once leaves no entry')
  const first = await operator.dispatches(failed, { limit: 2 })
  assert.deepEqual(
    (await operator.dispatches(failed, { limit: 2, cursor: first.cursor })).items.map(({ attempt }) => attempt),
    [1],
  )
  assert.deepEqual((await operator.dispatches(failed, { destination: 'elsewhere' })).items, [])
  await assert.rejects(operator.dispatches(''), { code: 'invalid_argument' })
  await assert.rejects(operator.dispatches(failed, { cursor: 'x' }), { code: 'invalid_argument' })
})
