// An account is connected, and looked at.

import assert from 'node:assert/strict'
import { clientWith, expectData, expectProblem, keep, recall, type Step, step } from './journey.ts'

const owner = 'user-42'
const returnTo = (url: string) => `${url}/docs`

export const connecting: readonly Step[] = [
  step('read the document of the API', async ({ url }) => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string }
    assert.match(document.openapi, /^3\.1\./)
  }),
  step('read the pages that explain it', async ({ url }) => {
    const response = await fetch(`${url}/docs`)
    assert.deepEqual([response.status, (await response.text()).includes('Begin to connect an account')], [200, true])
    assert.doesNotMatch(response.headers.get('content-security-policy') ?? '', /script-src/)
  }),
  step('see that the service is ready', async ({ url }) => {
    for (const path of ['/livez', '/readyz']) assert.equal((await fetch(url + path)).status, 200, path)
  }),
  step('be refused without a key', async ({ url }) => {
    expectProblem(await clientWith(url).GET('/v1/connections', {}), 401, 'unauthorized')
  }),
  step('be refused with a wrong key', async ({ url }) => {
    const wrong = `pk_000000000000_${'A'.repeat(43)}`
    expectProblem(await clientWith(url, wrong).GET('/v1/connections', {}), 401, 'unauthorized')
  }),
  step('ask for a connect session', async (journey) => {
    const { api, url, client } = journey
    const body = { owner, returnTo: returnTo(url), clients: [client] }
    const session = expectData(await api.POST('/v1/connect-sessions', { body }), 201)
    assert.ok(Date.parse(session.expiresAt) > Date.now())
    keep(journey, 'session', session.id)
    keep(journey, 'address', session.url)
  }),
  step('be refused a session that leads to a stranger', async ({ api }) => {
    const body = { owner, returnTo: 'https://stranger.example/' }
    expectProblem(await api.POST('/v1/connect-sessions', { body }), 400, 'invalid_argument')
  }),
  step('send a person there, who gives consent', async (journey) => {
    const end = await journey.connect(recall(journey, 'address'))
    assert.equal(end.href.split('?')[0], returnTo(journey.url))
    assert.equal(end.searchParams.get('punctual_session'), recall(journey, 'session'))
  }),
  step('be refused for another person, without a token request', async (journey) => {
    const before = await journey.tokenRequests()
    const params = { path: { id: recall(journey, 'session') } }
    const body = { owner: 'user-43' }
    const answer = await journey.api.POST('/v1/connect-sessions/{id}/complete', { params, body })
    assert.equal(expectProblem(answer, 403, 'attempt_refused').reason, 'another_person')
    assert.equal(await journey.tokenRequests(), before)
  }),
  step('complete the session for the right person', async (journey) => {
    const params = { path: { id: recall(journey, 'session') } }
    const answer = await journey.api.POST('/v1/connect-sessions/{id}/complete', { params, body: { owner } })
    const connection = expectData(answer)
    assert.deepEqual([connection.owner, connection.client, connection.status], [owner, journey.client, 'active'])
    assert.equal(connection.account.name, 'Eve Okafor')
    keep(journey, 'connection', connection.id)
  }),
  step('complete it again, and get the same connection', async (journey) => {
    const params = { path: { id: recall(journey, 'session') } }
    const answer = await journey.api.POST('/v1/connect-sessions/{id}/complete', { params, body: { owner } })
    assert.equal(expectData(answer).id, recall(journey, 'connection'))
  }),
  step('list the connections of the person', async (journey) => {
    const params = { query: { owner, status: 'active' as const, limit: 1 } }
    const { connections, cursor } = expectData(await journey.api.GET('/v1/connections', { params }))
    assert.deepEqual([connections.map(({ id }: { id: string }) => id), cursor], [[recall(journey, 'connection')], null])
  }),
  step('read the connection', async (journey) => {
    const params = { path: { id: recall(journey, 'connection') } }
    assert.equal(expectData(await journey.api.GET('/v1/connections/{id}', { params })).owner, owner)
  }),
  step('not find the connection with a key of another owner', async (journey) => {
    const key = await journey.createKey('--scope', 'connections:read', '--owner', 'user-43')
    const params = { path: { id: recall(journey, 'connection') } }
    const answer = await clientWith(journey.url, key).GET('/v1/connections/{id}', { params })
    expectProblem(answer, 404, 'connection_not_found')
  }),
  step('read a token, and call the provider with it through the service', async (journey) => {
    const params = { path: { id: recall(journey, 'connection') } }
    const body = { minimumValidityMs: 60_000 }
    const token = expectData(await journey.api.POST('/v1/connections/{id}/token', { params, body }))
    assert.ok(token.accessToken.length > 20 && token.generation >= 1)
    const path = journey.client === 'calendly' ? '/users/me' : '/v2/me'
    const proxied = await fetch(`${journey.url}/v1/connections/${recall(journey, 'connection')}/proxy${path}`, {
      headers: { authorization: `Bearer ${journey.key}` },
    })
    assert.equal(proxied.status, 200)
    assert.match(await proxied.text(), /Eve Okafor/)
  }),
]
