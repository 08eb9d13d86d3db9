// Replays every answer that was recorded from Cal.com's own token endpoint code, in order.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { ClientInput, Sandbox } from '../../src/sandbox/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'

interface Entry {
  name: string
  encoding: 'form' | 'json' | 'raw' | 'none'
  method?: string
  path?: string
  fields?: Record<string, string>
  headers?: Record<string, string>
  answer: { status: number; headers: Record<string, string>; body: Record<string, unknown> }
}

const { answers } = JSON.parse(readFileSync(new URL('calcom-token-answers.json', import.meta.url), 'utf8')) as {
  answers: Entry[]
}

const callback = 'https://example.com/callback'
const scopes = ['BOOKING_READ', 'PROFILE_READ']
const secrets = ['secret-1', 'secret-2']
const confidential = { provider: 'calcom', redirectUris: [callback], name: 'Test', scopes, secrets } as const
const clients: ClientInput[] = [
  { ...confidential, id: 'conf', secrets: [...secrets], redirectUris: [callback], scopes },
  { ...confidential, id: 'two', secrets: [...secrets], redirectUris: [callback], scopes },
  {
    ...confidential,
    id: 'pend',
    status: 'PENDING',
    owner: '101',
    secrets: [...secrets],
    redirectUris: [callback],
    scopes,
  },
  { ...confidential, id: 'rej', secrets: [...secrets], redirectUris: [callback], scopes },
  { provider: 'calcom', id: 'pub', type: 'PUBLIC', name: 'Test', redirectUris: [callback], scopes },
]

const verifier = 'a-verifier-that-is-long-enough-to-be-one-0123456789'
const challenge = createHash('sha256').update(verifier).digest('base64url')

test('every recorded answer of the token endpoint is reproduced byte for byte', async () => {
  assert.equal(answers.length, 55)
  const sandbox = await createSandbox({ listen: false, clients })
  const play = createPlayer(sandbox)
  for (const entry of answers) {
    const response = await play(entry)
    assert.equal(response.status, entry.answer.status, entry.name)
    for (const [name, value] of Object.entries(entry.answer.headers)) {
      assert.equal(response.headers.get(name), value, `${entry.name}: ${name}`)
    }
    const body = (await response.json()) as Record<string, unknown>
    assert.deepEqual(normal(body), normal(entry.answer.body), entry.name)
    assert.deepEqual(Object.keys(body), Object.keys(entry.answer.body), `${entry.name}: order`)
    play.learn(entry, body)
  }
})

/** Puts real values where the record has `<value>`, and sets up the state for each entry. */
function createPlayer(sandbox: Sandbox) {
  const refreshTokens = new Map<string, string>()
  let lastCode = ''
  let issued = ''

  const { code, status, exchange } = createActions(sandbox)

  const codeFor = async (entry: Entry): Promise<string> => {
    const client = entry.fields?.client_id ?? 'conf'
    if (entry.name === 'unknown code') return 'nobody-issued-this'
    if (entry.name === 'code replay' || entry.name.startsWith('...')) return lastCode
    if (entry.name === 'code of another client') return code('conf', '101', false)
    if (entry.name === 'pending non-owner exchange') {
      await status('pend', 'APPROVED')
      const made = await code('pend', '102', false)
      await status('pend', 'PENDING')
      return made
    }
    if (entry.name === 'rejected client exchange') {
      const made = await code('rej', '101', false)
      await status('rej', 'REJECTED')
      return made
    }
    if (client === 'nope') return code('conf', '101', false)
    const challenged = client === 'pub' || /code w\/ challenge|code had challenge/.test(entry.name)
    return code(client, '101', challenged)
  }
  const refreshFor = async ({ name }: Entry): Promise<string> => {
    const kept = (from: string): string => refreshTokens.get(from) ?? `nothing kept from ${from}`
    if (name === 'refresh ok' || name === 'refresh reuse of rotated token') return kept('seed for refresh')
    if (name === 'refresh A ok') return kept('grant A (same user/client)')
    if (name === 'refresh B after A was refreshed') return kept('grant B (same user/client)')
    if (name.startsWith('parallel refresh')) return kept('grant K')
    if (name === 'garbage refresh') return 'garbage'
    if (name === 'pub refresh ok (no verifier)') return kept('pub seed')
    const token = await exchange('conf')
    if (name === 'expired refresh') sandbox.clock.advance(30 * 86_400 + 1)
    if (name === 'refresh after client rejected') await status('conf', 'REJECTED')
    return token
  }

  const play = async (entry: Entry): Promise<Response> => {
    const url = `${sandbox.calcom.hosts.api}${entry.path ?? '/v2/auth/oauth2/token'}`
    const headers = new Headers(entry.headers)
    if (entry.encoding === 'none') {
      const bearer = await exchange('two').then(() => accessToken(sandbox))
      headers.set('authorization', `Bearer ${bearer}`)
      return sandbox.handler(new Request(url, { method: entry.method ?? 'GET', headers }))
    }
    if (entry.encoding === 'raw') {
      const body = headers.get('content-type') === 'application/json' ? '{bad' : null
      return sandbox.handler(new Request(url, { method: 'POST', headers, body }))
    }
    const fields = { ...entry.fields }
    if (fields.code !== undefined) fields.code = issued = await codeFor(entry)
    if (fields.refresh_token !== undefined) fields.refresh_token = await refreshFor(entry)
    if (fields.code_verifier !== undefined) {
      fields.code_verifier = entry.name === 'pub wrong verifier' ? `${verifier}-not` : verifier
    }
    const json = entry.encoding === 'json'
    if (json) headers.set('content-type', 'application/json')
    const body = json ? JSON.stringify(fields) : new URLSearchParams(fields)
    return sandbox.handler(new Request(url, { method: 'POST', headers, body }))
  }
  play.learn = (entry: Entry, body: Record<string, unknown>): void => {
    if (issued !== '') lastCode = issued
    if (typeof body.refresh_token === 'string') refreshTokens.set(entry.name, body.refresh_token)
  }
  return play
}

/** What a client, a person and the control do between two entries. */
function createActions(sandbox: Sandbox) {
  const code = async (client: string, account: string, withChallenge: boolean): Promise<string> => {
    const query = new URLSearchParams({ client_id: client, redirect_uri: callback, state: 's' })
    query.set('scope', client === 'pub' ? 'BOOKING_READ' : scopes.join(' '))
    if (withChallenge) query.set('code_challenge', challenge)
    if (withChallenge) query.set('code_challenge_method', 'S256')
    const url = `${sandbox.calcom.hosts.app}/auth/oauth2/authorize?${query}`
    const target = await sandbox.authorize({ url, account })
    return target.searchParams.get('code') ?? ''
  }
  const status = async (id: string, value: string): Promise<void> => {
    const body = JSON.stringify({ provider: 'calcom', id, status: value })
    const headers = { 'content-type': 'application/json' }
    await sandbox.handler(new Request(`${sandbox.url}/control/clients`, { method: 'POST', headers, body }))
  }
  const exchange = async (client: string): Promise<string> => {
    const body = new URLSearchParams({
      client_id: client,
      client_secret: 'secret-1',
      grant_type: 'authorization_code',
      code: await code(client, '101', false),
      redirect_uri: callback,
    })
    const url = `${sandbox.calcom.hosts.api}/v2/auth/oauth2/token`
    const response = await sandbox.handler(new Request(url, { method: 'POST', body }))
    return ((await response.json()) as { refresh_token: string }).refresh_token
  }
  return { code, status, exchange }
}

/** An access token of client `two`, which stays approved. */
async function accessToken(sandbox: Sandbox): Promise<string> {
  const query = new URLSearchParams({ client_id: 'two', redirect_uri: callback, state: 's', scope: 'PROFILE_READ' })
  const target = await sandbox.authorize({ url: `${sandbox.calcom.hosts.app}/auth/oauth2/authorize?${query}` })
  const body = new URLSearchParams({
    client_id: 'two',
    client_secret: 'secret-1',
    grant_type: 'authorization_code',
    code: target.searchParams.get('code') ?? '',
    redirect_uri: callback,
  })
  const url = `${sandbox.calcom.hosts.api}/v2/auth/oauth2/token`
  const response = await sandbox.handler(new Request(url, { method: 'POST', body }))
  return ((await response.json()) as { access_token: string }).access_token
}

function normal(body: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(body)
  for (const name of ['access_token', 'refresh_token']) {
    if (copy[name] === undefined || copy[name] === '<jwt>') continue
    assert.ok(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(String(copy[name])), `${name} is a JWT`)
    copy[name] = '<jwt>'
  }
  if (copy.timestamp !== undefined) {
    assert.ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(copy.timestamp)))
    copy.timestamp = '<time>'
  }
  return copy
}
