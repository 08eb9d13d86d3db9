import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSetAside } from '../core/set-aside.ts'
import type { OutboxEvent } from '../records/outbox.ts'
import { type CallHandlerInit, createCallHandler } from './call-handler.ts'

/** Dispatches a booking event whose completing takes so many ms, in which no timer runs. */
async function dispatched(completingMs: number): Promise<{ readonly calls: number; readonly kind: string | null }> {
  let now = 0
  let calls = 0
  const clock = { now: () => now, monotonic: () => now, sleep: () => new Promise<void>(() => {}) }
  const callHandler = createCallHandler({
    handler: async () => void calls++,
    async complete(event: unknown) {
      now += completingMs
      return event
    },
    acknowledgements: {
      record: () => ({ recorded: Promise.resolve(), released: Promise.resolve() }),
    },
    clock,
    aside: createSetAside(clock, () => {}),
    ending: () => new AbortController().signal,
  } as unknown as CallHandlerInit)
  const row = { id: 'chg_1', event: 'chg_1', open: () => ({ type: 'booking.created', change: {} }) }
  const { failure } = await callHandler(row as unknown as OutboxEvent, { owner: 'one', requestedAt: 0 })
  return { calls, kind: failure?.kind ?? null }
}

test('a handler is not called once completing its event has taken all of its time, though the lease runs', async () => {
  assert.deepEqual(await dispatched(29_000), { calls: 1, kind: null })
  assert.deepEqual(await dispatched(40_000), { calls: 0, kind: 'interrupted' })
})

test('an event that was leased twice is not dispatched again once the other dispatch of it is acknowledged', async () => {
  let calls = 0
  const clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise<void>(() => {}) }
  const completing: ((event: unknown) => void)[] = []
  const callHandler = createCallHandler({
    handler: async () => void calls++,
    complete: (event: unknown) => new Promise((resolve) => completing.push(() => resolve(event))),
    acknowledgements: { record: () => ({ recorded: Promise.resolve(), released: Promise.resolve() }) },
    clock,
    aside: createSetAside(clock, () => {}),
    ending: () => new AbortController().signal,
  } as unknown as CallHandlerInit)
  const row = { id: 'chg_1', event: 'chg_1', open: () => ({ type: 'booking.created', change: {} }) }
  const dispatch = (owner: string) => callHandler(row as unknown as OutboxEvent, { owner, requestedAt: 0 })
  const [one, two] = [dispatch('one'), dispatch('two')]
  completing[0]?.(null)
  assert.ok((await one).acknowledgement)
  completing[1]?.(null)
  const { acknowledgement, failure } = await two
  assert.deepEqual([calls, acknowledgement !== null, failure], [1, true, null])
  const later = dispatch('three')
  completing[2]?.(null)
  await later
  assert.equal(calls, 2)
})
