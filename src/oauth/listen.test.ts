// How long a request waits for its answer, on a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../core/secret.ts'
import { listen, listensForMs } from './listen.ts'
import { clientAt, handClock, json, serve } from './real-server.test.ts'
import { refresh } from './refresh.ts'

const turn = () => new Promise(setImmediate)
const nothing = () => {}

test('an answer after 110 s is accepted, and `still` is called every ten seconds until then', async (t) => {
  const clock = handClock()
  const { promise, resolve } = Promise.withResolvers<void>()
  const tokens = json(200, { access_token: 'access-1', token_type: 'bearer', refresh_token: 'refresh-2' })
  const server = await serve(t, (response) => void promise.then(() => tokens(response)))
  let beats = 0
  const answered = server.answered()
  const outcome = refresh({ fetch, clock }, clientAt(server.url), {
    refreshToken: secret('refresh-1'),
    mayLeave: () => true,
    still: () => beats++,
  })
  await answered
  for (let passed = 0; passed < 110; passed += 10) {
    clock.advance(10_000)
    await turn()
  }
  resolve()
  assert.equal((await outcome).kind, 'issued')
  assert.equal(beats, 11)
})

test('an answer that never arrives is awaited for two minutes', async () => {
  const clock = handClock()
  let settled = false
  const listening = listen(clock, () => new Promise(nothing), nothing).finally(() => {
    settled = true
  })
  listening.catch(nothing)
  for (let passed = 10_000; passed < listensForMs; passed += 10_000) {
    clock.advance(10_000)
    await turn()
  }
  assert.equal(settled, false)
  clock.advance(10_000)
  await assert.rejects(listening, { name: 'TransportError', reason: 'timeout', sent: true })
})

test('a process that was suspended for an hour still has time to read the answer', async () => {
  const clock = handClock()
  const signals: AbortSignal[] = []
  const listening = listen(clock, async (signal) => void signals.push(signal), nothing)
  await listening
  const again = listen(
    clock,
    (signal) => {
      signals.push(signal)
      return new Promise(nothing)
    },
    nothing,
  )
  again.catch(nothing)
  for (let beat = 0; beat < 11; beat++) {
    clock.advance(10_000)
    await turn()
  }
  // The last beat is overdue when the process continues: the answer may be in its socket.
  clock.advance(3_600_000)
  await turn()
  assert.equal(signals.at(-1)?.aborted, false)
  clock.advance(10_000)
  await turn()
  assert.equal(signals.at(-1)?.aborted, true)
})
