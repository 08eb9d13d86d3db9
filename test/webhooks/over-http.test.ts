// Webhooks as a host application receives them: over HTTP, through Node's server, into a database file.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { nodeListener } from '../../src/node.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { clockFromStart } from '../support/dates.ts'
import { type Host, startHost } from '../support/host.ts'
import { cases, monday } from './host.ts'

test('both providers deliver over HTTP, and the database file shows neither secrets nor people', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-webhooks-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let host: Host | null = null
  const server = createServer((request, response) => {
    if (host) void nodeListener(host.punctual)(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}/integrations`
  host = await startHost(t, { baseUrl, store: sqlite(join(folder, 'punctual.db')) }, { now: clockFromStart() })
  const { punctual, sandbox } = host
  const heard: string[] = []
  const seen: unknown[] = []
  punctual.on((event) => {
    seen.push(event)
    if (event.type === 'webhook.received') heard.push(event.name)
  })
  for (const of of cases) {
    const connection = await host.connect(of.client, { scopes: of.scopes, account: 'ada' })
    const made = await punctual.webhooks.subscribe(connection, of.events)
    assert.ok(!inspect(made, { depth: 9, showHidden: true }).includes('secret'))
    await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
    await sandbox.delivered()
    assert.deepEqual(
      sandbox.webhooks().map(({ state }) => state),
      Array(heard.length).fill('delivered'),
    )
  }
  assert.deepEqual(
    heard,
    cases.flatMap(({ events }) => events),
  )

  const [first] = sandbox.webhooks()
  assert.ok(first)
  const post = (body: BodyInit) => fetch(first.url, { method: 'POST', body, duplex: 'half' } as RequestInit)
  assert.equal((await post('{}')).status, 401)
  assert.equal((await post(new Uint8Array(1_048_577))).status, 413)
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })
  assert.equal(
    await post(endless).then(
      ({ status }) => status,
      () => 413,
    ),
    413,
  )
  assert.equal((await post('{}')).status, 401, 'the server still answers')

  const rows = await punctual.webhooks.list((await punctual.connections.list()).connections[1]?.id ?? '')
  assert.equal(rows.length, 1)
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  for (const hidden of [
    'Gil Guest',
    'gil@guests.example',
    sandbox.calendlyWebhookKey,
    ...(await calcomSecrets(host)),
  ]) {
    assert.ok(!files.some((file) => file.includes(hidden)), `${hidden} is in a file`)
    assert.ok(!inspect(seen, { depth: 9 }).includes(hidden), `${hidden} is in an event`)
    assert.ok(!inspect(sandbox.requests(), { depth: 9 }).includes(sandbox.calendlyWebhookKey))
  }
})

/** The secrets that were sent to Cal.com. */
async function calcomSecrets({ punctual }: Host): Promise<string[]> {
  const { connections } = await punctual.connections.list({ client: 'calcom' })
  const lists = connections.map(async (one) => {
    const { data } = (await (await one.fetch('/v2/webhooks')).json()) as { data: { secret: string }[] }
    return data.map(({ secret }) => secret)
  })
  const secrets = (await Promise.all(lists)).flat()
  assert.ok(secrets.length === 1 && secrets.every((one) => one.length === 43))
  return secrets
}
