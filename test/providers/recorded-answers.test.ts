// Every response that was recorded from a provider's own code is replayed over real HTTP, and the oauth folder reads it.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { secret } from '../../src/core/secret.ts'
import { exchange } from '../../src/oauth/exchange.ts'
import { refresh } from '../../src/oauth/refresh.ts'
import { calcom } from '../../src/providers/index.ts'

interface Recorded {
  readonly name: string
  readonly fields: Readonly<Record<string, string>> | null
  readonly answer: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: Record<string, unknown>
  }
}

const { answers } = JSON.parse(
  readFileSync(new URL('../sandbox/calcom-token-answers.json', import.meta.url), 'utf8'),
) as {
  answers: Recorded[]
}

describe('recorded answers of Cal.com', () => {
  let next: Recorded['answer']
  let keys: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    keys = [...new URLSearchParams(body).keys()].sort()
    response.writeHead(next.status, next.headers).end(JSON.stringify(next.body))
  })
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = (clientSecret?: string) => {
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const options = { clientId: 'conf', scopes: ['PROFILE_READ'], hosts: { api } }
    return calcom(clientSecret === undefined ? options : { ...options, clientSecret })
  }
  const parts = { fetch, clock: systemClock }
  const refreshRequest = { refreshToken: secret('sent-token'), deadlineMs: 20_000 }
  const code = {
    redirectUri: 'https://example.com/callback',
    code: secret('sent-code'),
    codeVerifier: null,
    deadlineMs: 20_000,
  }

  test('are more than 40', () => assert.ok(answers.length > 40))

  for (const [index, { name, answer }] of answers.entries()) {
    test(`${index}: ${name}`, async () => {
      next = answer
      const outcome = await refresh(parts, client('hush-hush'), refreshRequest)
      const { error, error_description: description, access_token } = answer.body
      if (typeof access_token === 'string') {
        assert.ok(outcome.kind === 'issued')
        assert.equal(outcome.answer.accessToken.reveal(), access_token)
        assert.equal(outcome.answer.expiresInMs, 1_800_000)
        assert.deepEqual(outcome.answer.scopes, String(answer.body.scope).split(' '))
        assert.deepEqual(outcome.answer.extra, {})
      } else if (typeof error === 'string' && answer.status < 500) {
        assert.deepEqual(outcome, { kind: 'refused', error, description: description ?? null, status: answer.status })
      } else assert.equal(outcome.kind, 'away')
    })
  }

  test('every form of request that Punctual sends was accepted in a recording', async () => {
    const accepted = answers
      .filter(({ answer }) => answer.status === 200)
      .flatMap(({ fields }) => (fields ? [Object.keys(fields).sort().join()] : []))
    const verifier = { ...code, codeVerifier: secret('sent-verifier') }
    const requests = [
      () => exchange(parts, client('hush-hush'), code),
      () => refresh(parts, client('hush-hush'), refreshRequest),
      () => exchange(parts, client(), verifier),
      () => refresh(parts, client(), refreshRequest),
    ]
    for (const send of requests) {
      await send()
      assert.ok(accepted.includes(keys.join()), `${keys} is not among ${[...new Set(accepted)].join(' | ')}`)
    }
  })
})
