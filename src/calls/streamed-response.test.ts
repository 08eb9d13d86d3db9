import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDeadline, type Work } from './deadline.ts'
import { createDeadlines } from './deadlines.ts'
import type { MonotonicClock } from './limit-clock.ts'
import { streamedResponse } from './streamed-response.ts'

const chunk = new Uint8Array(65_536).fill(32)
/** So many chunks are longer than what is read ahead. */
const long = 10

interface Source {
  readonly response: Response
  readonly chunks: number
  /** Why the body was cancelled; `null` if it was not. */
  readonly canceled: unknown
}

/** A response of so many chunks, which then stalls, or ends. */
function source(count: number, then: 'stalls' | 'ends', init: ResponseInit = {}): Source {
  const state = { chunks: 0, canceled: null as unknown }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.chunks < count) {
          state.chunks++
          return controller.enqueue(chunk)
        }
        if (then === 'ends') return controller.close()
        return new Promise(() => {})
      },
      cancel(reason) {
        state.canceled = reason
      },
    },
    { highWaterMark: 0 },
  )
  return Object.assign(state, { response: new Response(body, init) })
}

/** A clock that only the test moves, and the deadlines that it keeps. */
function timed() {
  let now = 1000
  const sleepers = new Set<{ at: number; wake: () => void }>()
  const clock: MonotonicClock & { now(): number } = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
  }
  const deadlines = createDeadlines(clock)
  return {
    sleepers,
    begin: (init: { deadlineMs?: number; signal?: AbortSignal } = {}): Work =>
      createDeadline(clock, deadlines, init, true).begin(),
    async pass(ms: number) {
      now += ms
      for (const sleeper of sleepers) if (sleeper.at <= now && sleepers.delete(sleeper)) sleeper.wake()
      await settled()
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const asItIs = (cause: unknown) => cause

test('a response has what describes it, and not what describes how it travelled', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '3', 'content-type': 'text/plain' }
  for (const count of [3, long]) {
    const { response } = source(count, 'ends', { headers, status: 203, statusText: 'as told' })
    Object.defineProperty(response, 'url', { value: 'https://api.example/x' })
    const { response: streamed } = await streamedResponse(response, timed().begin(), asItIs)
    assert.deepEqual([...streamed.headers.keys()], ['content-type'])
    assert.deepEqual([streamed.status, streamed.statusText, streamed.url], [203, 'as told', 'https://api.example/x'])
    const copy = streamed.clone()
    assert.equal((await streamed.bytes()).length, count * chunk.length)
    assert.equal((await copy.text()).length, count * chunk.length)
  }
})

test('a response without a body keeps its headers', async () => {
  const empty = new Response(null, { headers: { 'content-length': '300' } })
  const { response, isComing } = await streamedResponse(empty, timed().begin(), asItIs)
  assert.deepEqual([response.headers.get('content-length'), response.body, isComing], ['300', null, false])
})

test('a short body is whole before it is handed on', async () => {
  const body = source(2, 'ends')
  const { response, isComing } = await streamedResponse(body.response, timed().begin(), asItIs)
  assert.deepEqual([body.chunks, isComing], [2, false])
  assert.equal((await response.bytes()).length, 2 * chunk.length)
})

test('a short body that stalls is cancelled at the deadline, even if its source knows no signal', async () => {
  const { begin, pass } = timed()
  const body = source(2, 'stalls')
  const work = begin({ deadlineMs: 500 })
  void streamedResponse(body.response, work, asItIs)
  await pass(499)
  assert.equal(body.canceled, null)
  await pass(1)
  assert.deepEqual([body.canceled, work.signal.reason.reason], [work.signal.reason, 'timeout'])
})

test('a long body that stalls is cut off at the deadline', async () => {
  const { begin, pass, sleepers } = timed()
  const body = source(long, 'stalls')
  const work = begin({ deadlineMs: 500 })
  const instead = (cause: unknown) => Object.assign(new Error('instead'), { cause })
  const { response, isComing } = await streamedResponse(body.response, work, instead)
  assert.equal(isComing, true)
  const rejected = assert.rejects(response.text(), (error: Error) => error.cause === work.signal.reason)
  await pass(499)
  assert.equal(body.canceled, null)
  await pass(1)
  await rejected
  assert.deepEqual([body.canceled, sleepers.size], [work.signal.reason, 0])
})

test('of a long body that nobody reads, little is read, and its source is freed at the deadline', async () => {
  const { begin, pass, sleepers } = timed()
  const body = source(1000, 'ends')
  const { response } = await streamedResponse(body.response, begin({ deadlineMs: 500 }), asItIs)
  await pass(0)
  assert.ok(body.chunks <= 8, `${body.chunks} chunks`)
  await pass(500)
  assert.notEqual(body.canceled, null)
  assert.equal(sleepers.size, 0)
  await assert.rejects(response.text(), { reason: 'timeout' })
})

test('a long body that is read meets its deadline with its end', async () => {
  const { begin, sleepers } = timed()
  const { response } = await streamedResponse(source(long, 'ends').response, begin(), asItIs)
  assert.equal(sleepers.size, 1)
  assert.equal((await response.bytes()).length, long * chunk.length)
  assert.equal(sleepers.size, 0)
})

test('a long body that is cancelled frees its source, and its deadline is met', async () => {
  const { begin, sleepers } = timed()
  const body = source(1000, 'ends')
  const { response } = await streamedResponse(body.response, begin(), asItIs)
  await response.body?.cancel('enough')
  assert.deepEqual([body.canceled, sleepers.size], ['enough', 0])
})

test('a long body ends with its caller', async () => {
  const giving = new AbortController()
  const { begin, sleepers } = timed()
  const body = source(long, 'stalls')
  const { response } = await streamedResponse(body.response, begin({ signal: giving.signal }), asItIs)
  giving.abort('enough')
  await assert.rejects(response.text(), (reason) => reason === 'enough')
  assert.deepEqual([body.canceled, sleepers.size], ['enough', 0])
})

test('a body that is too long is cut off', async () => {
  const { begin, sleepers } = timed()
  const body = source(1024, 'ends')
  const { response } = await streamedResponse(body.response, begin(), asItIs)
  await assert.rejects(response.bytes(), { reason: 'too_long' })
  assert.ok(body.chunks < 520, `${body.chunks} chunks`)
  assert.deepEqual([body.canceled !== null, sleepers.size], [true, 0])
})

test('a process that was suspended reads what has arrived before a deadline counts', async () => {
  const { begin, pass } = timed()
  const body = source(long, 'stalls')
  const { response } = await streamedResponse(body.response, begin({ deadlineMs: 500 }), asItIs)
  const rejected = assert.rejects(response.text(), { reason: 'timeout' })
  await pass(60_000)
  assert.equal(body.canceled, null)
  await pass(1000)
  await rejected
})
