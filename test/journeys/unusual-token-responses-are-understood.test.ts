// Token responses with a clear meaning that deviate from the standard: no grant is lost because of them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startScripted } from '../support/scripted-provider.ts'

describe('a token response', () => {
  for (const scope of ['', ' ', null])
    test(`with the scope ${JSON.stringify(scope)} keeps the scopes of the grant`, async (t) => {
      const host = startScripted(t)
      host.issue = { scope: 'read' }
      const { id } = await host.connect('ann')
      host.issue = { scope }
      host.advance(3700)
      assert.equal((await (await host.punctual.connections.get(id)).token()).generation, 2)
      assert.deepEqual((await host.punctual.connections.get(id)).scopes, ['read'])
    })

  test('with commas between the requested scopes names each scope', async (t) => {
    const host = startScripted(t)
    host.issue = { scope: 'write,read' }
    const { id } = await host.connect('ann')
    const scopes = async () => (await host.punctual.connections.get(id)).scopes
    assert.deepEqual(await scopes(), ['write', 'read'])
    host.issue = { scope: 'read,write' }
    host.advance(3700)
    await (await host.punctual.connections.get(id)).token()
    assert.deepEqual(await scopes(), ['read', 'write'])
  })

  test('in form encoding connects and refreshes', async (t) => {
    const host = startScripted(t)
    const type = 'application/x-www-form-urlencoded'
    let n = 0
    host.answer = ({ who }) => {
      const tokens = { access_token: `${who}-${++n}`, refresh_token: `${who}.${n}`, expires_in: '3600' }
      return { status: 200, body: String(new URLSearchParams(tokens)), type }
    }
    const connection = await host.connect('ann')
    host.advance(3700)
    assert.equal((await connection.token()).accessToken, 'ann-2')
  })

  test('with an access token that no header can carry is refused', async (t) => {
    const host = startScripted(t)
    host.issue = { access_token: 'ann-1\nx' }
    const back = await host.travel('ann')
    assert.equal(back.searchParams.get('punctual'), 'failed')
    assert.equal(back.searchParams.get('error'), 'provider_unavailable')
    host.issue = {}
    const connection = await host.connect('ann')
    host.issue = { access_token: 'ann-\u{1f511}' }
    host.advance(3700)
    await assert.rejects(connection.token(), { code: 'provider_unavailable', reason: 'unexpected' })
  })
})
