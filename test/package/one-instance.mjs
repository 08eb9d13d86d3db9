// Each module of the package exists once, whichever export brought it: one error class, one memory of what is hidden.
// The check of the package runs this in a project that installs it.

import assert from 'node:assert/strict'
import { createPunctual, PunctualError } from 'punctual'
import { calcomApi } from 'punctual/calcom'
import { calendlyApi } from 'punctual/calendly'
import { createDashboard } from 'punctual/dashboard'
import { nodeListener } from 'punctual/node'
import { calcom, calendly, defineProvider } from 'punctual/providers'
import { createSandbox } from 'punctual/sandbox'
import { createServer } from 'punctual/server'
import { memory } from 'punctual/store/memory'
import { postgres } from 'punctual/store/postgres'
import { sqlite } from 'punctual/store/sqlite'

const refused = [
  () => createPunctual(null),
  () => calcomApi(null),
  () => calendlyApi(null),
  () => nodeListener(null),
  () => calcom(null),
  () => calendly(null),
  () => defineProvider(null),
  () => memory({ wrong: true }),
  () => postgres(''),
  () => sqlite(''),
]
for (const call of refused) {
  assert.throws(call, (error) => error instanceof PunctualError && error.code === 'invalid_argument', String(call))
}

// A client of one export, a store of another and the page of a third are known to what the first creates.
const baseUrl = 'http://localhost:4600'
const sandbox = await createSandbox({ listen: false, url: 'http://localhost:4610' })
const clients = [calendly({ ...sandbox.calendly, scopes: ['users:read'] })]
for (const store of [memory(), sqlite('punctual.db')]) {
  const keys = [Buffer.alloc(32, 7).toString('base64url')]
  const currentOwner = () => 'ada'
  const punctual = createPunctual({ baseUrl, keys, clients, store, currentOwner, journal: null })
  await punctual.ready()
  const dashboard = createDashboard({
    punctual,
    clients,
    baseUrl,
    actor: currentOwner,
    mayAct: () => true,
    owner: 'ada',
  })
  const { fetch } = createServer({ punctual, dashboard: dashboard.fetch })
  const page = await fetch(new Request(`${baseUrl}/`))
  assert.equal(page.status, 200)
  assert.match(await page.text(), /Connect Calendly/)
  const connect = await fetch(new Request(`${baseUrl}/connect/calendly`))
  assert.equal(connect.status, 303, await connect.text())
  const service = createServer({ punctual, api: { clients } })
  const document = await (await service.fetch(new Request(`${baseUrl}/openapi.json`))).json()
  assert.equal(document.openapi, '3.1.0')
  const { key } = await punctual.apiKeys.create({ name: 'test', scopes: ['connections:read'] })
  const headers = { authorization: `Bearer ${key}` }
  const list = await service.fetch(new Request(`${baseUrl}/v1/connections`, { headers }))
  assert.deepEqual(await list.json(), { connections: [], cursor: null })
  // The errors of the one are those that the other answers with.
  const missing = await service.fetch(new Request(`${baseUrl}/v1/connections/con_1`, { headers }))
  assert.equal((await missing.json()).code, 'connection_not_found')
  await punctual.stop()
}
await sandbox.close()
