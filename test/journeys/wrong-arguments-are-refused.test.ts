// What was once accepted in silence, and did something else than its caller meant, is refused with a sentence.

import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { type CallInit, PunctualError } from '../../src/index.ts'
import { nodeListener } from '../../src/node.ts'
import { calendly } from '../../src/providers/index.ts'
import { createServer as createApp, listen } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../support/host.ts'

test('begin refuses a scope that the provider does not have', async (t) => {
  const { punctual } = await startHost(t)
  const begin = (client: string, scopes: unknown) =>
    punctual.begin({ client, owner: 'ada', returnTo: '/done', scopes: scopes as string[] })
  for (const [client, scopes, sentence] of [
    [
      'calendly',
      ['users:read', 'rubbish'],
      /^begin: scopes\[1\] "rubbish" is not a scope of Calendly\. Its scopes are /,
    ],
    ['calcom', ['PROFILE_READ', 'users:read'], /^begin: scopes\[1\] "users:read" is not a scope of Cal\.com\. /],
    ['calendly', 'users:read', /^begin: scopes must be a list of scopes\.$/],
    ['calcom', [], /^begin: scopes is empty\. List at least one, or leave it out to request those of the client\.$/],
    ['calendly', ['users:read webhooks:read'], /^begin: scopes\[0\] must be one scope: a text without white space\.$/],
  ] as const)
    await assert.rejects(begin(client, scopes), { code: 'invalid_argument', message: sentence })
  await begin('calendly', ['users:read', 'contacts:write'])
  await begin('calendly', ['default'])
  await begin('calcom', ['READ_PROFILE'])
})

test('an unknown option of a store is refused', () => {
  const wrong: [() => unknown, RegExp][] = [
    [
      () => postgres({ url: 'postgres://db/punctual', conections: 3 } as never),
      /^postgres: conections is not an option\. The options are url, schema, connections, /,
    ],
    [
      () => postgres({ url: 'postgres://db/punctual', notify: 'yes' } as never),
      /^postgres: notify must be true or false/,
    ],
    [
      () => postgres('postgres://db/punctual', { schema: 'own' } as never),
      /^postgres: there is no second argument\. Give one object: postgres\(\{ url, schema, … \}\)\.$/,
    ],
    [() => sqlite('x.db', { file: 'y' } as never), /^sqlite: file is not an option\. The options are clock\.$/],
    [() => memory({ size: 1 } as never), /^memory: size is not an option\. The options are clock\.$/],
    [() => memory(null as never), /^memory: the argument must be an object with clock\.$/],
  ]
  for (const [make, message] of wrong) assert.throws(make, { code: 'invalid_argument', message })
})

test('a client that is not configured and has no connections is refused, and one that had some is not', async (t) => {
  const { punctual, connect, another, sandbox } = await startHost(t)
  const connection = await connect('calcom')
  const list = punctual.connections.list
  const message =
    /^connections\.list: client must be one of calendly, calcom, calcom-public, or have connections\. It is "calender"\.$/
  await assert.rejects(list({ client: 'calender' }), { code: 'invalid_argument', message })
  await assert.rejects(list({ client: 'calender', owner: 'ada' }), { code: 'invalid_argument', message })
  assert.deepEqual((await list({ client: 'calendly' })).connections, [])
  const later = another({ clients: [calendly({ ...sandbox.calendly, scopes: ['users:read'] })] })
  const { connections } = await later.connections.list({ client: 'calcom' })
  assert.deepEqual(
    connections.map(({ id }) => id),
    [connection.id],
  )
  assert.deepEqual((await later.connections.list({ client: 'calcom', owner: 'nobody' })).connections, [])
})

test('createServer and listen refuse a wrong option', async () => {
  const punctual = { ready: async () => {}, handler: async () => new Response() }
  const wrong: [() => unknown, RegExp][] = [
    [() => createApp(undefined as never), /^createServer: the argument must be an object with punctual, api,/],
    [() => createApp({} as never), /^createServer: punctual must be what createPunctual returns\.$/],
    [() => createApp({ punctual, orgin: 'x' } as never), /^createServer: orgin is not an option\. The options are /],
    [() => createApp({ punctual, origin: 'app.example' }), /^createServer: origin must be a whole address/],
    [
      () => createApp({ punctual, dashboard: {} as never }),
      /^createServer: dashboard must be a function of the request, such as createDashboard/,
    ],
  ]
  for (const [make, message] of wrong) assert.throws(make, { code: 'invalid_argument', message })
  const fetch = () => new Response()
  for (const [options, message] of [
    [{ port: 0 }, /^listen: fetch must be a function of the request/],
    [{ fetch, port: '4600' }, /^listen: port must be a whole number from 0 to 65535\.$/],
    [{ fetch, port: 0, host: '::' }, /^listen: host is not an option\. The options are fetch, port, hostname\.$/],
  ] as const)
    await assert.rejects(listen(options as never), { code: 'invalid_argument', message })
})

test('a body that fetch would write as [object Object] or as another text is refused', async (t) => {
  const host = await startHost(t)
  const connection = await host.connect('calendly')
  const message =
    'fetch: body is an object. Send JSON.stringify of it, and set the header content-type to application/json.'
  class Booking {}
  for (const body of [{ name: 'Ada' }, [1], Object.create(null), new Booking(), new Map(), new Date()]) {
    const call = connection.fetch('/users/me', { method: 'POST', body } as CallInit)
    await assert.rejects(call, { code: 'invalid_argument', message })
  }
  for (const body of [7, true, () => 'x'])
    await assert.rejects(connection.fetch('/users/me', { method: 'POST', body } as unknown as CallInit), {
      code: 'invalid_argument',
      message: 'fetch: body must be a text, bytes, a form or a stream. Send JSON as JSON.stringify(value).',
    })
})

test('the handler says how to mount it where requests are Node’s own', async (t) => {
  const { punctual } = await startHost(t)
  const sentence =
    /^handler: request must be a Request\. .* mount nodeListener\(punctual\) of punctual\/node instead\.$/
  const errors: unknown[] = []
  const app = express()
  app.use('/integrations', punctual.handler as unknown as RequestListener)
  app.use(((error, _request, response, _next) => {
    errors.push(error)
    response.status(500).end()
  }) as express.ErrorRequestHandler)
  const server = createServer(app).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  assert.equal((await fetch(`http://127.0.0.1:${port}/integrations/connect/calendly`)).status, 500)
  const [error] = errors
  assert.ok(error instanceof PunctualError && sentence.test(error.message), String(error))
  for (const request of [undefined, null, 'https://app.example.com', {}] as never[])
    await assert.rejects(punctual.handler(request), { code: 'invalid_argument', message: sentence })
  assert.throws(() => nodeListener(punctual.handler as never), {
    code: 'invalid_argument',
    message: 'nodeListener: punctual must be what createPunctual returns, not its handler.',
  })
})
