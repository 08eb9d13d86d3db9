// Calendly's authorization endpoint: its messages, which errors redirect, and the consent page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { box, calendlyToken, calendlyUrl, form, redirectUri, send } from './app.ts'

const strings = {
  client:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  redirect: "The requested redirect URI is malformed or doesn't match the client redirect URI.",
  scope: 'The requested scope is invalid, unknown, or malformed.',
  denied: 'The resource owner or authorization server denied the request.',
  type: 'The authorization server does not support this response type.',
}

async function shown(sandbox: Sandbox, parameters: Record<string, string | undefined>): Promise<string> {
  const { status, text, headers } = await send(sandbox, calendlyUrl(sandbox, parameters))
  assert.equal(status, 400)
  assert.equal(headers.get('location'), null)
  return text.replaceAll('&#39;', "'")
}

test('errors are pages, without a redirect to an unregistered address', async () => {
  const sandbox = await box()
  assert.ok((await shown(sandbox, { client_id: 'nobody' })).includes(strings.client))
  assert.ok((await shown(sandbox, { redirect_uri: 'https://evil.example/' })).includes(strings.redirect))
  assert.ok((await shown(sandbox, { redirect_uri: undefined })).includes(strings.redirect))
  assert.ok((await shown(sandbox, { scope: 'users:read nonsense:read' })).includes(strings.scope))
  assert.ok((await shown(sandbox, { response_type: 'token' })).includes(strings.type))
  assert.ok((await shown(sandbox, { response_type: undefined })).includes('Missing required parameter: response_type.'))
  assert.ok((await shown(sandbox, { client_id: undefined })).includes('Missing required parameter: client_id.'))
})

test('PKCE: a native client must, a web client may, and only S256', async () => {
  const sandbox = await box()
  const native = { client_id: sandbox.calendlyNative.clientId }
  assert.ok((await shown(sandbox, native)).includes('Code challenge is required.'))
  const text = 'The code_challenge_method must be S256.'
  assert.ok((await shown(sandbox, { ...native, code_challenge: 'c', code_challenge_method: 'plain' })).includes(text))
  assert.ok((await shown(sandbox, { code_challenge: 'c' })).includes(text))
})

test('a switch makes errors redirect, but never those about the client or its address', async () => {
  const sandbox = await box({ switches: { calendlyAuthorizeErrors: 'redirect' } })
  const { status, headers } = await send(sandbox, calendlyUrl(sandbox, { scope: 'nonsense:read' }))
  assert.equal(status, 302)
  const target = new URL(headers.get('location') ?? '')
  assert.equal(target.origin + target.pathname, redirectUri)
  assert.deepEqual(Object.fromEntries(target.searchParams), {
    error: 'invalid_scope',
    error_description: strings.scope,
    state: 'the-state',
  })
  assert.ok((await shown(sandbox, { redirect_uri: 'https://evil.example/' })).includes(strings.redirect))
})

test('consent gives a code of 64 hex characters with the state; denial says access_denied', async () => {
  const sandbox = await box()
  const url = calendlyUrl(sandbox, { state: 'a b&c' })
  const yes = await sandbox.authorize({ url })
  assert.match(yes.searchParams.get('code') ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual([...yes.searchParams.keys()], ['code', 'state'])
  assert.equal(yes.searchParams.get('state'), 'a b&c')
  const no = await sandbox.authorize({ url, allow: false })
  assert.equal(no.searchParams.get('error'), 'access_denied')
  assert.equal(no.searchParams.get('error_description'), strings.denied)
  assert.equal(no.searchParams.get('state'), 'a b&c')
  assert.equal(no.searchParams.get('code'), null)
})

test('authorize() rejects with the text of the page where there is no redirect', async () => {
  const sandbox = await box()
  const url = calendlyUrl(sandbox, { redirect_uri: 'https://evil.example/' })
  await assert.rejects(sandbox.authorize({ url }), { message: new RegExp(strings.redirect.replaceAll('.', '\\.')) })
})

test('the page has a radio for each person, a checkbox for each scope, and the two buttons', async () => {
  const sandbox = await box()
  const { text, headers } = await send(sandbox, calendlyUrl(sandbox))
  for (const name of ['Ada Lindqvist', 'Ben Carter', 'Chloé Nguyễn-Łuczak', 'Dan Freeman']) {
    assert.match(text, new RegExp(`<label for="account-[A-Z0-9]+">${name}</label>`))
  }
  assert.ok(text.includes('value="users:read" checked>'))
  assert.ok(text.includes('>Allow</button>') && text.includes('>Deny</button>'))
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.ok(!/<script|<style| style=| on\w+=/.test(text))
})

test('the name of an app is escaped', async () => {
  const name = '<img src=x onerror=alert(1)>"'
  const clients = [{ provider: 'calendly', id: 'x', secret: 's', name, redirectUris: [redirectUri] } as const]
  const sandbox = await box({ clients: clients.map((one) => ({ ...one, redirectUris: [...one.redirectUris] })) })
  const { text, status } = await send(sandbox, calendlyUrl(sandbox, { client_id: 'x' }))
  assert.equal(status, 200)
  assert.ok(!text.includes('<img') && text.includes('&lt;img'))
})

test('a registered list is matched exactly, and the record names the first difference', async () => {
  const registered = 'https://app.example/callback'
  const sandbox = await box({ clients: [{ provider: 'calendly', id: 'x', secret: 's', redirectUris: [registered] }] })
  assert.equal((await send(sandbox, calendlyUrl(sandbox, { client_id: 'x', redirect_uri: registered }))).status, 200)
  for (const wrong of [`${registered}/`, 'https://APP.example/callback', `${registered}?a=b`]) {
    assert.equal(
      (await send(sandbox, calendlyUrl(sandbox, { client_id: 'x', redirect_uri: wrong }))).status,
      400,
      wrong,
    )
  }
  await send(sandbox, calendlyUrl(sandbox, { client_id: 'x', redirect_uri: 'https://app.example/callBack' }))
  assert.equal(sandbox.requests().at(-1)?.why, 'redirect_uri differs from the registered one at character 25')
})

test('the loopback client accepts any port and path on this machine, and nothing else', async () => {
  const sandbox = await box()
  const status = async (uri: string) => (await send(sandbox, calendlyUrl(sandbox, { redirect_uri: uri }))).status
  for (const uri of ['http://localhost:1/a', 'http://127.0.0.1:9/b?c=d', 'http://[::1]:3/'])
    assert.equal(await status(uri), 200)
  for (const uri of ['http://localhost.evil.example/', 'https://a.example/', 'http://127.0.0.1:9/#x', 'rubbish']) {
    assert.equal(await status(uri), 400, uri)
  }
})

test('a browser form: unticked scopes are declined, and a foreign value cannot widen the grant', async () => {
  const sandbox = await box()
  const url = calendlyUrl(sandbox)
  const body = form({ account: 'ADALINDQVIST0001', decision: 'allow', choice: '1' })
  body.append('scope', 'users:read')
  body.append('scope', 'webhooks:write')
  const { status, headers } = await send(sandbox, url, { method: 'POST', body })
  assert.equal(status, 302)
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? ''
  const tokens = await calendlyToken(sandbox, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  assert.equal(tokens.body.scope, 'users:read')
})
