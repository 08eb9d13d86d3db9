import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock, systemRandom } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Fetch } from '../core/http.ts'
import type { ApiAnswer, Client } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import type { ServedToken } from '../keeper/token-request.ts'
import { call } from './call.ts'
import { createDeadlines } from './deadlines.ts'
import { createGovernor } from './governor.ts'
import { createRejectedTokens } from './rejected-tokens.ts'

const apiBase = 'https://api.example.com/base'
const token = 'the-access-token'

function meaning({ status, json }: ApiAnswer): ReturnType<Client['provider']['meaning']> {
  if (status === 401) return { kind: 'token_ended' }
  const scopes = (json as { scopes?: string[] } | null)?.scopes
  return status === 403 && scopes ? { kind: 'insufficient_scope', scopes } : { kind: 'other' }
}

interface Sent {
  readonly url: string
  readonly authorization: string | null
  readonly redirect: RequestRedirect | undefined
}

/** A provider that returns these responses in turn, once the token has arrived; and the requests that it received. */
function provider(...script: (Promise<void> | (() => Response | Promise<Response>))[]) {
  const slow = script.filter((one) => one instanceof Promise)
  const answers = script.filter((one) => typeof one === 'function')
  const sent: Sent[] = []
  const asked: (number | undefined)[] = []
  let generation = 1
  const fetch: Fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    sent.push({ url: String(input), authorization: headers.get('authorization'), redirect: init?.redirect })
    return (answers[sent.length - 1] ?? (() => new Response('no more', { status: 500 })))()
  }
  const served = () =>
    ({
      generation,
      scopes: [],
      open: () => ({ accessToken: secret(`${token}-${generation}`), refreshToken: null }),
    }) as unknown as ServedToken
  const keeper = {
    token: async (_: unknown, { refused }: { refused?: number | undefined }) => {
      asked.push(refused)
      await Promise.all(slow)
      if (refused === generation) generation++
      return served()
    },
  }
  const facts = { apiBase, meaning, requestHeaders: () => ({}), rate: null }
  const clients = new Map([['one', { provider: facts } as unknown as Client]])
  const [clock, random] = [systemClock, systemRandom]
  const parts = {
    keeper,
    clients,
    clock,
    random,
    fetch,
    governor: createGovernor(clock),
    deadlines: createDeadlines(clock),
    rejectedTokens: createRejectedTokens(clock),
  }
  const target = { connection: 'connection', grant: 'grant', client: 'one', caller: null }
  return { sent, asked, call: (path: string | URL, init = {}) => call(parts, target, path, init) }
}

describe('a call', () => {
  test('to an address elsewhere is refused before anything is sent', async () => {
    const { sent, call } = provider()
    await assert.rejects(call('https://evil.example/base/users'), { code: 'invalid_argument' })
    assert.deepEqual(sent, [])
  })

  test('does not follow a redirect, and returns it', async () => {
    const { sent, call } = provider(
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
    )
    assert.equal((await call('/x')).response.status, 302)
    assert.deepEqual(
      sent.map(({ redirect }) => redirect),
      ['manual'],
    )
  })

  test('is sent again once, with a newer token, when the token has ended', async () => {
    const { sent, asked, call } = provider(
      () => new Response('{}', { status: 401 }),
      () => Response.json({ ok: true }),
    )
    assert.deepEqual(await (await call('/x', { method: 'POST', body: 'once' })).response.json(), { ok: true })
    assert.deepEqual(
      sent.map(({ authorization }) => authorization),
      [`Bearer ${token}-1`, `Bearer ${token}-2`],
    )
    assert.deepEqual(asked, [undefined, 1])
  })

  test('is not sent again a second time', async () => {
    const { sent, call } = provider(...[1, 2, 3].map(() => () => new Response('{}', { status: 401 })))
    assert.equal((await call('/x')).response.status, 401)
    assert.equal(sent.length, 2)
  })

  test('whose body is a stream is not sent again', async () => {
    const { sent, call } = provider(() => new Response('{}', { status: 401 }))
    const body = new ReadableStream({ start: (controller) => controller.close() })
    assert.equal((await call('/x', { method: 'POST', body, duplex: 'half' })).response.status, 401)
    assert.equal(sent.length, 1)
  })

  test('that lacks a scope says which, and refreshes nothing', async () => {
    const { asked, call } = provider(() => Response.json({ scopes: ['a:read'] }, { status: 403 }))
    await assert.rejects(call('/x'), (error) => {
      assert.ok(error instanceof PunctualError)
      assert.deepEqual([error.code, error.scopes], ['insufficient_scope', ['a:read']])
      return true
    })
    assert.equal(asked.length, 1)
  })

  test('hides the token that an error repeats', async () => {
    const { call } = provider(() => Response.json({ message: `no client for ${token}-1` }, { status: 404 }))
    assert.deepEqual(await (await call('/x')).response.json(), { message: 'no client for [secret]' })
  })

  test('cannot be made to send another token', async () => {
    const { sent, call } = provider(() => Response.json({}))
    await call('/x', { headers: { authorization: 'Bearer another', 'x-kept': 'yes' } })
    assert.equal(sent[0]?.authorization, `Bearer ${token}-1`)
  })

  test('ends at its deadline, in the head and in the body', async () => {
    const never = provider(() => new Promise<Response>(() => {}))
    await assert.rejects(never.call('/x', { deadlineMs: 20 }), { code: 'provider_unavailable', reason: 'timeout' })
    const endless = provider(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })))
    await assert.rejects(endless.call('/x', { deadlineMs: 20 }), { code: 'provider_unavailable', reason: 'timeout' })
  })

  test('is sent again when a short body breaks off', async () => {
    const broken = () => new Response(new ReadableStream({ start: (controller) => controller.error(new Error('cut')) }))
    const { sent, call } = provider(broken, () => Response.json({ ok: true }))
    assert.deepEqual(await (await call('/x')).response.json(), { ok: true })
    assert.equal(sent.length, 2)
  })

  test('whose long body breaks off in the hands of its caller fails as one without a response does', async () => {
    const long = (then: (controller: ReadableStreamDefaultController) => void) => () => {
      let chunks = 0
      const pull = (controller: ReadableStreamDefaultController) =>
        chunks++ < 10 ? controller.enqueue(new Uint8Array(65_536)) : then(controller)
      return new Response(new ReadableStream({ pull }))
    }
    const lost = Object.assign(new Error(`sent ${token}-1`), { code: 'ECONNRESET' })
    const breaking = long((controller) => controller.error(lost))
    const { response, failure } = await provider(breaking).call('/x')
    assert.equal(failure, null)
    await assert.rejects(response.text(), (error) => {
      assert.ok(error instanceof PunctualError)
      assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'network', true])
      assert.equal((error.cause as Error).message, 'failed with ECONNRESET')
      return true
    })
    const stalling = long(() => new Promise(() => {}))
    const late = await provider(stalling).call('/x', { deadlineMs: 20 })
    await assert.rejects(late.response.text(), { code: 'provider_unavailable', reason: 'timeout', retryable: true })
    const giving = new AbortController()
    const given = await provider(stalling).call('/x', { signal: giving.signal })
    giving.abort(new Error('enough'))
    await assert.rejects(given.response.text(), /enough/)
    const changing = provider(breaking).call('/x', { method: 'POST', body: '{}' })
    await assert.rejects(changing, { reason: 'outcome_unknown' })
  })

  test('whose token comes after the deadline is not sent', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { sent, call } = provider(promise)
    const limits = { method: 'POST', body: '{}', deadlineMs: 20 }
    await assert.rejects(call('/x', limits), { reason: 'timeout', retryable: true })
    resolve()
    await new Promise((later) => setImmediate(later))
    assert.deepEqual(sent, [])
  })

  test('ends with its caller', async () => {
    const { call } = provider(() => new Promise<Response>(() => {}))
    await assert.rejects(call('/x', { signal: AbortSignal.abort(new Error('enough')) }), /enough/)
  })

  test('that changes something and has left reports an unknown outcome even if its caller cancels', async () => {
    for (const reason of [new Error('enough'), Object.assign(new Error('elsewhere'), { code: 'ECONNREFUSED' })]) {
      const giving = new AbortController()
      const lost = () => {
        giving.abort(reason)
        return new Promise<Response>(() => {})
      }
      const init = { method: 'POST', body: '{}', signal: giving.signal }
      await assert.rejects(provider(lost).call('/x', init), (error) => {
        assert.ok(error instanceof PunctualError)
        assert.deepEqual([error.reason, error.retryable, error.cause], ['outcome_unknown', false, reason])
        return true
      })
      await assert.rejects(provider().call('/x', init), reason, 'nothing was sent')
    }
  })

  test('with a response returns it, even if its caller cancels meanwhile', async () => {
    const giving = new AbortController()
    const late = () => {
      setImmediate(() => giving.abort())
      return Response.json({ made: true }, { status: 201 })
    }
    const { call } = provider(late)
    assert.equal((await call('/x', { method: 'POST', body: '{}', signal: giving.signal })).response.status, 201)
  })

  test('without a response says so', async () => {
    const { call } = provider(() => Promise.reject(new TypeError('fetch failed')))
    const limits = { deadlineMs: 100 }
    await assert.rejects(call('/x', limits), { code: 'provider_unavailable', reason: 'network', retryable: true })
  })
})

describe('the response to a call that changes something', () => {
  const html = { 'content-type': 'text/html' }
  const unclear: [string, () => Response][] = [
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/elsewhere' } })],
    ['a 304', () => new Response(null, { status: 304 })],
    ['a 408', () => new Response('', { status: 408 })],
    ['a page of a 408', () => new Response('<html>', { status: 408, headers: html })],
    ['a page', () => new Response('<p>Welcome to the hotel</p>', { headers: html })],
    ['a page that is called text', () => new Response('<!doctype html>')],
    ['JSON that breaks off', () => new Response('{"a":', { headers: { 'content-type': 'application/json' } })],
  ]
  for (const [what, answer] of unclear) {
    test(`leaves the outcome unknown when it is ${what}`, async () => {
      const { sent, call } = provider(answer)
      const { response, failure } = await call('/x', { method: 'POST', body: '{}' })
      const said = [failure?.code, failure?.reason, failure?.retryable, failure?.answer?.status, sent.length]
      assert.deepEqual(said, ['provider_unavailable', 'outcome_unknown', false, response.status, 1])
    })
  }

  test('is a success when it is empty, JSON, or of another kind', async () => {
    const csv = { 'content-type': 'text/csv' }
    const answers = [
      new Response(null, { status: 204 }),
      new Response('', { status: 200 }),
      Response.json({}, { status: 201 }),
      new Response('a;b', { headers: csv }),
    ]
    for (const answer of answers) {
      assert.equal((await provider(() => answer).call('/x', { method: 'POST' })).failure, null)
    }
  })
})

test('for a call that reads, a redirect is a failure and a 304 is not', async () => {
  const found = await provider(() => new Response(null, { status: 302 })).call('/x')
  assert.deepEqual([found.failure?.code, found.failure?.reason], ['provider_unavailable', 'unexpected_answer'])
  assert.equal((await provider(() => new Response(null, { status: 304 })).call('/x')).failure, null)
})

test('the phrase of a status shows no token', async () => {
  const { call } = provider(() => new Response('{}', { status: 404, statusText: `no ${token}-1` }))
  assert.equal((await call('/x')).response.statusText, 'no [secret]')
})

describe('a call with a latest moment to leave', () => {
  test('is given up when its token comes too late, and nothing is sent', async () => {
    let wake = () => {}
    const slow = new Promise<void>((resolve) => {
      wake = resolve
    })
    const { sent, call } = provider(slow, () => Response.json({}))
    const made = call('/x', { method: 'POST', body: 'once', latestSendMs: 0 })
    wake()
    await assert.rejects(made, { code: 'provider_unavailable', reason: 'too_late', retryable: true })
    assert.deepEqual(sent, [])
  })

  test('is sent in time', async () => {
    const { sent, call } = provider(() => Response.json({}))
    assert.equal((await call('/x', { method: 'POST', body: 'once', latestSendMs: 60_000 })).response.status, 200)
    assert.equal(sent.length, 1)
  })
})
