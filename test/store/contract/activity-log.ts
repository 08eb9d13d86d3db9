// The activity log: listed newest first, each kind by itself and with its own bounds.

import assert from 'node:assert/strict'
import type { LogKind, NewLogEntry } from '../../../src/core/store/activity-log.ts'
import { type Contract, type OpenStore, runSteadily } from '../fixtures.ts'

const day = 86_400_000

function logged(kind: LogKind, n: number, facts: Partial<NewLogEntry> = {}): NewLogEntry {
  return { kind, client: 'calendly', data: { n, text: 'a', flag: true, none: null }, agoMs: 0, ...facts }
}

const numbersOf = async ({ store }: OpenStore, kind: LogKind, limit = 100) =>
  (await store.activityLog.list({ kind, limit })).map(({ data }) => data.n)

export const activityLogContract: Contract = {
  'entries are listed newest first, page by page, those of one kind and client': async (at) => {
    const { activityLog } = at.store
    const now = at.clock.now()
    await activityLog.append([logged('refusal', 1, { agoMs: 500 }), logged('audit', 2, { client: null })])
    await activityLog.append([])
    await activityLog.append([logged('refusal', 3, { client: 'calcom' }), logged('refusal', 4)])
    assert.deepEqual(await numbersOf(at, 'refusal'), [4, 3, 1])
    assert.deepEqual(await numbersOf(at, 'audit'), [2])
    assert.deepEqual(await numbersOf(at, 'attempt'), [])
    const [newest, oldest] = await activityLog.list({ kind: 'refusal', client: 'calendly', limit: 10 })
    assert.deepEqual([newest?.data.n, oldest?.data.n], [4, 1])
    const { seq: _, ...row } = oldest ?? {}
    assert.deepEqual(row, { at: now - 500, client: 'calendly', data: { n: 1, text: 'a', flag: true, none: null } })
    const rest = await activityLog.list({ kind: 'refusal', before: newest?.seq, limit: 10 })
    assert.deepEqual(
      rest.map(({ data }) => data.n),
      [3, 1],
    )
    assert.deepEqual(await activityLog.list({ kind: 'refusal', client: 'calendly', before: oldest?.seq, limit: 9 }), [])
  },

  'entries are found by what they are about': async (at) => {
    const { activityLog } = at.store
    await activityLog.append([
      logged('dispatch', 1, { subject: 'evt_1' }),
      logged('dispatch', 2, { subject: 'evt_2' }),
      logged('dispatch', 3),
      logged('audit', 4, { subject: 'evt_1' }),
      logged('dispatch', 5, { subject: 'evt_1', client: null }),
    ])
    const of = async (filter: { subject: string; before?: number }) =>
      (await activityLog.list({ kind: 'dispatch', limit: 10, ...filter })).map(({ data }) => data.n)
    assert.deepEqual(await of({ subject: 'evt_1' }), [5, 1])
    const [newest] = await activityLog.list({ kind: 'dispatch', subject: 'evt_1', limit: 1 })
    assert.deepEqual(Object.keys(newest ?? {}).sort(), ['at', 'client', 'data', 'seq'])
    assert.deepEqual(await of({ subject: 'evt_1', before: newest?.seq ?? 0 }), [1])
    assert.deepEqual(await of({ subject: 'evt_3' }), [])
    assert.deepEqual(await numbersOf(at, 'dispatch'), [5, 3, 2, 1])
  },

  'entries beyond the bound of their kind are swept, the oldest first': async (at) => {
    const { activityLog } = at.store
    await activityLog.append(Array.from({ length: 260 }, (_, n) => logged('refusal', n)))
    await activityLog.append([logged('audit', 1)])
    assert.equal(await activityLog.sweep('refusal', 1e12, 260, 10), 0)
    assert.equal(await activityLog.sweep('refusal', 1e12, 255, 3), 3)
    assert.equal(await activityLog.sweep('refusal', 1e12, 255, 10), 2)
    assert.deepEqual([(await numbersOf(at, 'refusal', 300)).at(-1), await numbersOf(at, 'audit')], [5, [1]])
  },

  'old entries are swept once the clock can be believed': async (at) => {
    const { activityLog } = at.store
    await activityLog.append([logged('audit', 1), logged('refusal', 2)])
    at.clock.pass(2 * day)
    await activityLog.append([logged('audit', 3)])
    assert.equal(await activityLog.sweep('audit', day, 100, 10), 0)
    await runSteadily(at)
    assert.equal(await activityLog.sweep('audit', day, 100, 10), 1)
    assert.deepEqual([await numbersOf(at, 'audit'), await numbersOf(at, 'refusal')], [[3], [2]])
  },
}
