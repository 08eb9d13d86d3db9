// A body parser in front of Punctual has had a webhook's body: a fault of our own house, and not of the sender's.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
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
  ok(sent)
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

test('express.json() in front is told of as what it is, with what to do, and the provider comes again', async (t) => {
  const { host, sent, connection } = await received(t)
  const faults = faultsOf(host.punctual)
  for (let time = 0; time < 2; time++) equal(await throughExpress(t, host, sent), 503)
  const refusals = host.events.flatMap((event) => (event.type === 'webhook.refused' ? event : []))
  deepEqual(
    refusals.map(({ reason, connection }) => [reason, connection]),
    Array(2).fill(['body_read_before', connection]),
  )
  equal(faults.length, 1)
  equal(faults[0]?.code, 'body_read_before')
  match(
    faults[0]?.message ?? '',
    /^The body of a webhook of "calendly" .* Mount Punctual in front of every body parser/,
  )
})

test('express.json() that keeps the bytes as rawBody does no harm', async (t) => {
  const { host, sent } = await received(t)
  const verify = (request: { rawBody?: Buffer }, _: unknown, bytes: Buffer) => {
    request.rawBody = bytes
  }
  equal(await throughExpress(t, host, sent, { verify }), 200)
  deepEqual(
    host.events.filter(({ type }) => type === 'webhook.refused' || type === 'fault'),
    [],
  )
})

test('a request whose body was read, is being read, or is missing in spite of its length is told of so', async (t) => {
  const { host, sent } = await received(t)
  const whole = () => new Request(sent.url, { method: 'POST', headers: sent.headers, body: sent.body })
  const read = whole()
  await read.text()
  const locked = whole()
  locked.body?.getReader()
  const missing = new Request(sent.url, { method: 'POST', headers: { ...sent.headers, 'content-length': '2' } })
  for (const request of [read, locked, missing]) equal((await host.punctual.handler(request)).status, 503)
  const empty = new Request(sent.url, { method: 'POST', headers: sent.headers })
  equal((await host.punctual.handler(empty)).status, 401)
  deepEqual(
    host.events.flatMap((event) => (event.type === 'webhook.refused' ? event.reason : [])),
    ['body_read_before', 'body_read_before', 'body_read_before', 'bad_signature'],
  )
})

test('a webhook that comes when the database file has been removed is not taken, and that is told of', async (t) => {
  const file = join(folderOf(t), 'punctual.db')
  const { host, sent } = await received(t, { store: sqlite(file) })
  const faults = faultsOf(host.punctual)
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`)
  equal((await host.post(sent.url, sent)).status, 503)
  await settle()
  deepEqual(
    faults.map(({ code, reason }) => [code, reason]),
    [['store_unavailable', 'file_moved']],
  )
})
