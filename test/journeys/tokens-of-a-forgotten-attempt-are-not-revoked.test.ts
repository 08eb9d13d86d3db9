// A process that was suspended for days comes back to an attempt that it was about to attach. Another process has attached
// it, and its row has been deleted since: its tokens are those of a live grant.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../../src/core/secret.ts'
import { type AttachDependencies, createAttach } from '../../src/flow/attach.ts'
import { createFailAttempt } from '../../src/flow/outcome.ts'
import { createRevokeUnused } from '../../src/flow/revoke-unused.ts'
import { defineProvider } from '../../src/providers/index.ts'
import type { Attempt } from '../../src/records/attempts.ts'
import { manualClock } from '../support/manual-clock.ts'

const origin = 'https://auth.example.com'
const client = defineProvider({
  name: 'example',
  issuer: origin,
  authorizationEndpoint: `${origin}/authorize`,
  tokenEndpoint: `${origin}/token`,
  revocation: { endpoint: `${origin}/revoke` },
  apiBase: `${origin}/api`,
  identify: async () => {
    throw new Error('the access token is no longer valid')
  },
})({ clientId: 'app', clientSecret: 'secret', scopes: ['read'] })
const attempt = { id: 'attempt', client: 'example', owner: 'ada' } as Attempt
const answer = {
  accessToken: secret('access'),
  refreshToken: secret('refresh'),
  expiresInMs: 3_600_000,
  scopes: null,
  extra: {},
}

/** Attaches an answer whose account cannot be found. Returns the addresses that were requested. */
async function requestsOf(attempts: Parameters<typeof createFailAttempt>[0]['attempts']): Promise<string[]> {
  const requests: string[] = []
  const fetch = async (url: string | URL) => {
    requests.push(String(url))
    return new Response('{}')
  }
  const report = { refused: () => {}, fault: () => {}, connected: () => {} }
  const clients = new Map([[client.id, client]])
  const transport = { fetch, clock: manualClock() }
  const attach = createAttach({
    attempts: { sealAnswer: () => 'sealed' },
    clients,
    transport,
    revokeUnused: createRevokeUnused({ attempts: { dropUnused: async () => true }, clients, transport }),
    failAttempt: createFailAttempt({ attempts, report }),
    report,
  } as unknown as AttachDependencies)
  await attach(attempt, { answer, sentAt: 0 })
  return requests
}

test('the tokens of an attempt that fails are revoked', async () => {
  assert.deepEqual(await requestsOf({ fail: async () => true, get: async () => attempt }), [`${origin}/revoke`])
})

test('the tokens of an attempt that is no longer stored are not', async () => {
  assert.deepEqual(await requestsOf({ fail: async () => false, get: async () => null }), [])
})
