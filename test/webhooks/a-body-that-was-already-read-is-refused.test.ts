// A body parser in front of Punctual has read a webhook's body: a fault of the host application, not of the sender.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import express from 'express'
import { nodeListener } from '../../src/node.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { settle } from '../outbox/consumer.ts'
import { faultsOf, folderOf } from '../support/fault-recorder.ts'
import { cases, type Listening, monday, type Sent, startListening } from './host.ts'

const [calendly] = cases as [(typeof cases)[number]]

async function received(t: TestContext, options = {}): Promise<{ host: Listening; sent: Sent; connection: string }> {
  const host = await startListening(t, options)
  const connection = await host.join(calendly)
  await host.punctual.webhooks.subscribe(connection, calendly.events)
  await calendly.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [sent] = host.sent
  assert.ok(sent)
  return { host, sent, connection: connection.id }
}

/** What a server with Express answers to that delivery. */
async function throughExpress(t: TestContext, host: Listening, { url, headers, body }: Sent, options?: object) {
  const app = express()
  app.use(express.json(options))
  app.use('/integrations', nodeListener(host.punctual))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { pathname } = new URL(url)
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
  return (await fetch(`http://127.0.0.1:${port}${pathname}`, init)).status
}

test('express.json() in front is reported with what to do, and the provider is asked to retry', async (t) => {
  const { host, sent, connection } = await received(t)
  const faults = faultsOf(host.punctual)
  for (let time = 0; time < 2; time++) assert.equal(await throughExpress(t, host, sent), 503)
  const refusals = host.events.flatMap((event) => (event.type === 'webhook.refused' ? event : []))
  assert.deepEqual(
    refusals.map(({ reason, connection }) => [reason, connection]),
    Array(2).fill(['body_read_before', connection]),
  )
  assert.equal(faults.length, 1)
  assert.equal(faults[0]?.code, 'body_read_before')
  assert.match(
    faults[0]?.message ?? '',
    /^The body of a webhook of "calendly" .* Mount Punctual in front of every body parser/,
  )
})

test('express.json() that keeps the bytes as rawBody is allowed', async (t) => {
  const { host, sent } = await received(t)
  const verify = (request: { rawBody?: Buffer }, _: unknown, bytes: Buffer) => {
    request.rawBody = bytes
  }
  assert.equal(await throughExpress(t, host, sent, { verify }), 200)
  assert.deepEqual(
    host.events.filter(({ type }) => type === 'webhook.refused' || type === 'fault'),
    [],
  )
})

test('a request whose body was read, is being read, or is missing despite its length is refused with that reason', async (t) => {
  const { host, sent } = await received(t)
  const whole = () => new Request(sent.url, { method: 'POST', headers: sent.headers, body: sent.body })
  const read = whole()
  await read.text()
  const locked = whole()
  locked.body?.getReader()
  const missing = new Request(sent.url, { method: 'POST', headers: { ...sent.headers, 'content-length': '2' } })
  for (const request of [read, locked, missing]) assert.equal((await host.punctual.handler(request)).status, 503)
  const empty = new Request(sent.url, { method: 'POST', headers: sent.headers })
  assert.equal((await host.punctual.handler(empty)).status, 401)
  assert.deepEqual(
    host.events.flatMap((event) => (event.type === 'webhook.refused' ? event.reason : [])),
    ['body_read_before', 'body_read_before', 'body_read_before', 'bad_signature'],
  )
})

test('a webhook that arrives after the database file was removed is not accepted, and this is reported', async (t) => {
  const file = join(folderOf(t), 'punctual.db')
  const { host, sent } = await received(t, { store: sqlite(file) })
  const faults = faultsOf(host.punctual)
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`)
  assert.equal((await host.post(sent.url, sent)).status, 503)
  await settle()
  assert.deepEqual(
    faults.map(({ code, reason }) => [code, reason]),
    [['store_unavailable', 'file_moved']],
  )
})
