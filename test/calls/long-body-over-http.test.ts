// A long body that stalls, over a real connection: whether it is read or not, its connection is closed at the deadline.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createDeadline } from '../../src/calls/deadline.ts'
import { createDeadlines } from '../../src/calls/deadlines.ts'
import { streamedResponse } from '../../src/calls/streamed-response.ts'
import { manualClock } from '../support/manual-clock.ts'

for (const isRead of [true, false])
  test(`a long body that stalls ends at the deadline when it is ${isRead ? 'read' : 'left alone'}`, async (t) => {
    const server = createServer((_, response) => response.write(Buffer.alloc(1_000_000, 32))).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const requested = once(server, 'request') as Promise<[IncomingMessage]>
    const clock = manualClock()
    const work = createDeadline(clock, createDeadlines(clock), { deadlineMs: 500 }, true).begin()
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const original = await fetch(url, { signal: work.signal })
    const [request] = await requested
    const closed = new Promise((resolve) => request.socket.once('close', resolve))
    const { response, isComing } = await streamedResponse(original, work, (cause) => cause)
    assert.equal(isComing, true)
    const rejected = isRead ? assert.rejects(response.text(), { reason: 'timeout' }) : null
    clock.pass(500)
    await closed
    await rejected
    await assert.rejects(response.arrayBuffer())
  })
