import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../core/provider.ts'
import { noticeOf } from './notice.ts'

const provider = { name: 'one', title: 'Provider One', accessTokenLifetime: 7200, refreshTokenLifetime: null }
const clients = [{ id: 'one', provider }] as unknown as Client[]
const say = (query: Record<string, string>) => noticeOf(new URLSearchParams({ client: 'one', ...query }), clients, [])
const generic = say({ punctual: 'failed', error: 'never heard of', reason: 'at all' })

const errors = [
  ...['access_denied', 'invalid_scope', 'server_error', 'temporarily_unavailable', 'account_mismatch'],
  ...['client_misconfigured', 'provider_unavailable', 'invalid_request', 'unauthorized_client'],
]
const reasons = [
  ...['another_issuer', 'no_code', 'not_signed_in', 'another_person', 'code_refused', 'interrupted'],
  ...['expired', 'current_owner_failed'],
]

test('every error and every reason has a sentence of its own', () => {
  const notices = [
    ...errors.map((error) => say({ punctual: 'failed', error })),
    ...reasons.map((reason) => say({ punctual: 'failed', error: 'attempt_refused', reason })),
  ]
  for (const notice of notices) {
    assert.match(notice?.title ?? '', /^[A-Z].*\.$/)
    assert.notEqual(notice?.title, generic?.title)
  }
  assert.equal(
    say({ punctual: 'failed', error: 'access_denied' })?.title,
    'You declined at Provider One. Nothing was connected.',
  )
})

test('an unknown code gets the generic sentence, and so does a property name of every object', () => {
  assert.equal(generic?.title, 'This did not work. Nothing was connected.')
  for (const error of ['__proto__', 'constructor', 'toString', '<b>', '']) {
    assert.deepEqual(say({ punctual: 'failed', error }), generic)
    assert.deepEqual(say({ punctual: 'failed', error: 'attempt_refused', reason: error }), generic)
  }
})

test('an unknown client or state is never shown', () => {
  assert.equal(say({ punctual: 'else' }), null)
  assert.equal(say({ punctual: 'connected', connection: 'nobody' }), null)
  assert.equal(say({ punctual: 'disconnected', client: 'two' }), null)
  assert.match(say({ punctual: 'failed', error: 'access_denied', client: 'two' })?.title ?? '', /at the provider/)
})

test('the notice of a disconnect reports what was revoked and what could not be revoked', () => {
  const text = (refresh: string, access: string) =>
    say({ punctual: 'disconnected', refresh_token: refresh, access_token: access })?.text ?? ''
  assert.match(text('revoked', 'revoked'), /tokens were revoked at Provider One/)
  assert.match(text('unsupported', 'unsupported'), /no way to revoke tokens.*within 2 hours/)
  assert.match(text('shared', 'shared'), /Another connection uses the same grant/)
  assert.match(text('revoked', 'refused'), /refused to revoke one of its tokens/)
  assert.match(text('unavailable', 'unavailable'), /could not be reached to revoke its tokens/)
})
