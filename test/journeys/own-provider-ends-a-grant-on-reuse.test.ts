// oidc-provider ends the whole grant when a used refresh token comes a second time (RFC 9700, section 4.14.2), as real
// providers do. Punctual must never present it again.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { publicOne } from '../../examples/own-provider/acme-server.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { accessTokenLife, startOwnProvider } from '../support/authorization-server.ts'

const appointments = '/api/appointments'

describe('a used refresh token', () => {
  test('ends the grant when it is presented again', async (t) => {
    const own = await startOwnProvider(t, 'public')
    const connection = await own.connect()
    own.advance(accessTokenLife + 1)
    const { accessToken } = await connection.token()
    assert.equal(await own.callApi(accessToken), 200)
    const [{ presented = '' } = {}] = own.refreshes()

    const used = { grant_type: 'refresh_token', client_id: publicOne.clientId, refresh_token: presented }
    const answer = await fetch(`${own.url}/token`, { method: 'POST', body: new URLSearchParams(used) })
    assert.equal(((await answer.json()) as { error: string }).error, 'invalid_grant')
    assert.equal(own.endedGrants.length, 1)
    assert.equal(await own.callApi(accessToken), 401)
    await assert.rejects(connection.fetch(appointments), { code: 'needs_reconnect', reason: 'refused' })
  })

  test('is never presented by 200 callers in two processes on one SQLite file', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-journey-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'punctual.db')
    const own = await startOwnProvider(t, 'public', { store: sqlite(file) })
    const connection = await own.connect()
    const other = await own.another({ store: sqlite(file) }).connections.get(connection.id)
    for (let round = 1; round <= 3; round++) {
      own.advance(accessTokenLife + 1)
      const callers = Array.from({ length: 200 }, (_, caller) => (caller % 2 ? connection : other))
      const tokens = await Promise.all(callers.map((one) => one.token()))
      assert.deepEqual(new Set(tokens.map(({ generation }) => generation)), new Set([round + 1]))
      assert.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1)
      assert.equal(own.refreshes().length, round)
    }
    assert.ok(own.refreshes().every(({ error }) => error === null))
    assert.deepEqual(own.endedGrants, [])
    assert.equal((await connection.fetch(appointments)).status, 200)
  })

  test('is never presented by two processes that learn only from the API that the token has expired', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-journey-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'punctual.db')
    const standing = Date.now()
    const clock = { now: () => standing }
    const own = await startOwnProvider(t, 'public', { store: sqlite(file), clock })
    const connection = await own.connect()
    const other = await own.another({ store: sqlite(file) }).connections.get(connection.id)
    own.advance(accessTokenLife + 1)
    const callers = Array.from({ length: 40 }, (_, caller) => (caller % 2 ? connection : other))
    const answers = await Promise.all(callers.map((one) => one.fetch(appointments)))
    assert.ok(answers.every(({ status }) => status === 200))
    assert.equal(own.refreshes().length, 1)
    assert.deepEqual(own.endedGrants, [])
  })

  test('whose answer was lost ends the grant, with that as the reason', async (t) => {
    let losing = false
    const own = await startOwnProvider(t, 'public', {
      async fetch(input, init) {
        const answer = await fetch(input, init)
        if (!losing || !String(input).endsWith('/token')) return answer
        losing = false
        await answer.body?.cancel()
        throw new TypeError('the answer was lost')
      },
    })
    const connection = await own.connect()
    // The caller gives up at once instead of waiting for the next try.
    const caller = new AbortController()
    own.punctual.on(({ type }) => type === 'provider.unavailable' && caller.abort())
    own.advance(accessTokenLife + 1)
    losing = true
    await assert.rejects(connection.token({ signal: caller.signal }), { name: 'AbortError' })
    assert.deepEqual(
      own.refreshes().map(({ error }) => error),
      [null],
    )
    own.advance(60)
    await assert.rejects(connection.token(), { code: 'needs_reconnect', reason: 'outcome_unknown' })
    assert.deepEqual(
      own.refreshes().map(({ error }) => error),
      [null, 'invalid_grant'],
    )
    assert.equal(own.endedGrants.length, 1)
    const again = await own.connect()
    assert.equal(again.id, connection.id)
    assert.equal((await again.fetch(appointments)).status, 200)
  })
})
