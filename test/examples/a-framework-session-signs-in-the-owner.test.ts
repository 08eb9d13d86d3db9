// As docs/guide/mounting.md describes: `currentOwner` reads the user that an Express middleware has put on its own request.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { createPunctual } from 'punctual'
import { nodeListener, nodeRequest } from 'punctual/node'
import { calendly } from 'punctual/providers'
import { memory } from 'punctual/store/memory'

type SignedIn = IncomingMessage & { user?: { id: string } }

test('currentOwner finds the user that a middleware has signed in', async (t) => {
  const punctual = createPunctual({
    baseUrl: 'http://localhost:3000/integrations',
    keys: [Buffer.alloc(32, 7).toString('base64url')],
    store: memory(),
    journal: null,
    clients: [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })],
    currentOwner: (request) => (nodeRequest(request) as SignedIn | undefined)?.user?.id ?? null,
  })
  t.after(() => punctual.stop())
  const app = express()
  app.use((req, _res, next) => {
    if (req.headers['x-person']) Object.assign(req, { user: { id: req.headers['x-person'] } })
    next()
  })
  app.use('/integrations', nodeListener(punctual))
  const server = app.listen(0)
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const connect = `http://localhost:${(server.address() as AddressInfo).port}/integrations/connect/calendly`
  const answer = (headers: Record<string, string>) => fetch(connect, { headers, redirect: 'manual' })
  assert.equal((await answer({ 'x-person': 'ada' })).status, 303)
  assert.equal((await answer({})).status, 401)
})
