// A subscription that is not possible is refused before the provider is asked, or after the provider refuses it: with a
// code to switch on and a sentence that says what to do. Nothing remains.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { PunctualError } from '../../src/index.ts'
import { calendly, defineProvider } from '../../src/providers/index.ts'
import { sandboxClients, setFault } from '../support/host.ts'
import { type Case, cases, type Listening, startListening } from './host.ts'

const [atCalendly, atCalcom] = cases as [Case, Case]

async function refusal(work: Promise<unknown>): Promise<PunctualError> {
  return work.then(
    () => {
      throw new Error('it was not refused')
    },
    (error: PunctualError) => error,
  )
}

/** No subscription is at the provider or in the store. */
async function assertNothing(host: Listening, connection: string): Promise<void> {
  assert.deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
}

test('missing scopes are named before the provider is asked', async (t) => {
  const host = await startListening(t)
  const wanting: [Case, string[], string[], string[]][] = [
    [atCalendly, ['users:read'], [...atCalendly.events], ['webhooks:write', 'scheduled_events:read']],
    [atCalendly, ['users:read', 'webhooks:read', 'scheduled_events:read'], [...atCalendly.events], ['webhooks:write']],
    [atCalendly, ['users:read', 'webhooks:write', 'scheduled_events:write'], ['contact.created'], ['contacts:read']],
    [atCalendly, ['users:read', 'webhooks:write'], ['event_type.created'], ['event_types:read']],
    [atCalcom, ['PROFILE_READ'], [...atCalcom.events], ['WEBHOOK_READ', 'WEBHOOK_WRITE']],
    [atCalcom, ['PROFILE_READ', 'WEBHOOK_WRITE'], [...atCalcom.events], ['WEBHOOK_READ']],
  ]
  for (const [of, scopes, events, missing] of wanting) {
    const connection = await host.connect(of.client, { scopes, account: 'ada' })
    const requests = host.sandbox.requests().length
    const error = await refusal(host.punctual.webhooks.subscribe(connection, events))
    assert.deepEqual([error.code, error.scopes], ['insufficient_scope', missing])
    assert.ok(error.message.includes(missing.join(' ')))
    assert.equal(host.sandbox.requests().length, requests)
    await assertNothing(host, connection.id)
  }
})

test('a write scope of Calendly includes the read scope, and a declined scope is missing', async (t) => {
  const host = await startListening(t)
  const connection = await host.connect('calendly', { scopes: atCalendly.scopes, account: 'ada' })
  assert.ok(!connection.scopes.includes('scheduled_events:read'))
  assert.equal((await host.punctual.webhooks.subscribe(connection, atCalendly.events)).state, 'active')
  const declined = await host.connect('calendly', {
    ...{ scopes: atCalendly.scopes, account: 'ben', declineScopes: ['scheduled_events:write'] },
  })
  const error = await refusal(host.punctual.webhooks.subscribe(declined, atCalendly.events))
  assert.deepEqual([error.code, error.scopes], ['insufficient_scope', ['scheduled_events:read']])
})

test('a legacy app of Calendly has every scope', async (t) => {
  const app = { provider: 'calendly', id: 'legacy-app', secret: 'hush', name: 'Legacy', kind: 'web' } as const
  const host = await startListening(
    t,
    {},
    {
      clients: [{ ...app, webhookKey: 'a key', redirectUris: 'loopback', scopes: ['default'] }],
      switches: { calendlyDefaultScopeOnRefresh: 'kept' },
    },
  )
  const client = calendly({
    ...host.sandbox.calendly,
    ...{ id: 'legacy', clientId: 'legacy-app', clientSecret: 'hush', scopes: ['default'], webhookKeys: ['a key'] },
  })
  const punctual = host.another({ clients: [client] })
  const connection = await host.connect('legacy', { account: 'ada', through: punctual })
  assert.deepEqual(connection.scopes, ['default'])
  assert.equal((await punctual.webhooks.subscribe(connection, atCalendly.events)).state, 'active')
})

test('the 400 that Calendly answers to a missing scope is explained with the scopes that may be missing', async (t) => {
  const host = await startListening(t)
  const connection = await host.join(atCalendly)
  const body = { title: 'Invalid Argument', message: 'The supplied parameters are invalid.' }
  await setFault(host, { kind: 'status', status: 400, body, endpoint: '/webhook_subscriptions' })
  const error = await refusal(host.punctual.webhooks.subscribe(connection, atCalendly.events))
  assert.deepEqual([error.code, error.reason, error.retryable], ['provider_refused', 'invalid_request', false])
  assert.deepEqual(error.scopes, ['users:read', 'webhooks:write', 'scheduled_events:read'])
  assert.match(error.message, /also does when a scope is missing.*webhooks:write, scheduled_events:read/)
  assert.equal(error.answer?.status, 400)
  await assertNothing(host, connection.id)
})

test('a plan without webhooks is refused with that reason', async (t) => {
  const host = await startListening(t)
  const connection = await host.join(atCalendly)
  const body = { title: 'Permission Denied', message: 'Please upgrade to a paid Calendly account.' }
  await setFault(host, { kind: 'status', status: 403, body, endpoint: '/webhook_subscriptions' })
  const error = await refusal(host.punctual.webhooks.subscribe(connection, atCalendly.events))
  assert.deepEqual([error.code, error.reason], ['provider_refused', 'plan_limit'])
  await assertNothing(host, connection.id)
})

test('only an owner of an organization can subscribe to its events', async (t) => {
  const host = await startListening(t)
  const member = await host.join(atCalendly, { account: 'ben', owner: 'ben' })
  const error = await refusal(host.punctual.webhooks.subscribe(member, atCalendly.events, { scope: 'organization' }))
  assert.deepEqual([error.code, error.reason], ['provider_refused', 'not_permitted'])
  await assertNothing(host, member.id)
  const owner = await host.join(atCalendly)
  const made = await host.punctual.webhooks.subscribe(owner, atCalendly.events, { scope: 'organization' })
  assert.deepEqual([made.state, made.scope], ['active', 'organization'])
  const own = await host.punctual.webhooks.subscribe(owner, atCalendly.events)
  assert.equal((await host.standing()).length, 2)
  assert.deepEqual(
    (await host.punctual.webhooks.unsubscribe(owner, { scope: 'organization' })).map(({ id }) => id),
    [made.id],
  )
  assert.deepEqual(
    (await host.punctual.webhooks.list(owner)).map(({ id }) => id),
    [own.id],
  )
})

test('a refused change leaves the subscription as it was', async (t) => {
  const host = await startListening(t)
  const connection = await host.join(atCalendly)
  const made = await host.punctual.webhooks.subscribe(connection, atCalendly.events)
  const body = { title: 'Permission Denied', message: 'Please upgrade to a paid Calendly account.' }
  await setFault(host, { kind: 'status', status: 403, body, endpoint: '/webhook_subscriptions' })
  await refusal(host.punctual.webhooks.subscribe(connection, [...atCalendly.events, atCalendly.third]))
  assert.deepEqual(await host.punctual.webhooks.list(connection), [made])
  assert.equal((await host.standing()).length, 1)
  assert.deepEqual(await host.punctual.webhooks.subscribe(connection, atCalendly.events), made)
  const changed = await host.punctual.webhooks.subscribe(connection, [...atCalendly.events, atCalendly.third])
  assert.deepEqual(
    (await host.punctual.webhooks.list(connection)).map(({ id }) => id),
    [changed.id],
  )
})

test('an address that Cal.com cannot reach is refused with what to do', async (t) => {
  const host = await startListening(t, {}, { switches: { calcomWebhookUrlFilter: true } })
  const connection = await host.join(atCalcom)
  const error = await refusal(host.punctual.webhooks.subscribe(connection, atCalcom.events))
  assert.deepEqual([error.code, error.reason], ['provider_refused', 'invalid_request'])
  assert.match(error.message, /"baseUrl" \(PUNCTUAL_URL\) must be one that it can reach/)
  await assertNothing(host, connection.id)
})

test('wrong events and scopes are refused with a sentence', async (t) => {
  const host = await startListening(t)
  const [one, two] = [await host.join(atCalendly), await host.join(atCalcom)]
  const { subscribe } = host.punctual.webhooks
  const wrong: [Promise<unknown>, RegExp][] = [
    [subscribe(one, []), /events must list at least one event/],
    [subscribe(one, [7] as never), /events must list at least one event/],
    [subscribe(one, 'invitee.created' as never), /events must list at least one event/],
    [subscribe(one, ['invitee.cancelled']), /Calendly has no event "invitee.cancelled": it has invitee.created, /],
    [subscribe(one, ['routing_form_submission.created']), /with the scope "organization" only/],
    [subscribe(one, ['meeting_recap.created'], { scope: 'organization' }), /with the scope "user" only/],
    [subscribe(one, ['invitee.created'], { scope: 'group' }), /scope must be "user" or "organization"/],
    [subscribe(two, ['BOOKING_CONFIRMED']), /Cal.com has no trigger "BOOKING_CONFIRMED"/],
    [subscribe(two, ['BOOKING_CREATED'], { scope: 'organization' }), /scope must be "user"/],
  ]
  for (const [asked, sentence] of wrong) {
    const error = await refusal(asked)
    assert.equal(error.code, 'invalid_argument')
    assert.match(error.message, sentence)
  }
  await assertNothing(host, one.id)
})

test('a connection that does not exist, is disconnected, or must be reconnected is refused', async (t) => {
  const host = await startListening(t)
  const connection = await host.join(atCalendly)
  await assert.rejects(host.punctual.webhooks.subscribe('connection_x', ['a']), { code: 'connection_not_found' })
  host.sandbox.revoke({ provider: 'calendly', account: 'ada' })
  const error = await refusal(host.punctual.webhooks.subscribe(connection, atCalendly.events))
  assert.equal(error.code, 'needs_reconnect')
  await assertNothing(host, connection.id)
  assert.equal((await refusal(host.punctual.webhooks.subscribe(connection, atCalendly.events))).code, 'needs_reconnect')
  await connection.disconnect()
  for (const work of [
    host.punctual.webhooks.subscribe(connection, atCalendly.events),
    host.punctual.webhooks.list(connection),
    host.punctual.webhooks.unsubscribe(connection),
    host.punctual.webhooks.rotateSecret(connection),
  ]) {
    await assert.rejects(work, { code: 'connection_not_found' })
  }
})

test('a client without a webhook key, and a provider without webhooks, are refused', async (t) => {
  const host = await startListening(t)
  const connection = await host.join(atCalendly)
  const [, ...others] = sandboxClients(host.sandbox)
  const keyless = host.another({ clients: [calendly({ ...host.sandbox.calendly, scopes: ['users:read'] }), ...others] })
  const error = await refusal(keyless.webhooks.subscribe(connection.id, atCalendly.events))
  assert.deepEqual([error.code, error.reason], ['client_misconfigured', 'no_webhook_key'])
  assert.match(error.message, /"webhookKeys" \(CALENDLY_WEBHOOK_KEY\)/)
  const acme = defineProvider({
    ...{ name: 'calendly', title: 'Acme', issuer: 'https://acme.example', apiBase: 'https://acme.example' },
    ...{ authorizationEndpoint: 'https://acme.example/a', tokenEndpoint: 'https://acme.example/t' },
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  })
  const strange = host.another({ clients: [acme({ clientId: 'id', scopes: [] })] })
  await assert.rejects(strange.webhooks.subscribe(connection.id, ['a']), /the definition of Acme has no "webhooks"/)
  const nobody = host.another({ clients: others })
  const unknown = await refusal(nobody.webhooks.subscribe(connection.id, ['a']))
  assert.deepEqual([unknown.code, unknown.reason], ['client_misconfigured', 'unknown_client'])
})

test('keys and tolerances are checked, and no key is shown', () => {
  const base = { clientId: 'id', clientSecret: 's', scopes: ['users:read'] }
  const wrong: [object, RegExp][] = [
    [{ webhookKeys: 'key' }, /webhookKeys (must be a list of keys|is empty)/],
    [{ webhookKeys: [] }, /webhookKeys (must be a list of keys|is empty)/],
    [{ webhookKeys: ['hush', ''] }, /webhookKeys\[1\].*must be a text that is not empty/],
    [{ webhookKeys: ['hush\n'] }, /webhookKeys\[0\].*white space/],
    [{ webhookToleranceMs: 1 }, /webhookToleranceMs.*from 60000 to 172800000/],
    [{ webhookToleranceMs: Number.NaN }, /webhookToleranceMs.*from 60000 to 172800000/],
    [{ webhookToleranceMs: 900_000_000 }, /webhookToleranceMs.*from 60000 to 172800000/],
  ]
  for (const [options, sentence] of wrong) {
    try {
      calendly({ ...base, ...options } as never)
      assert.ok(false, 'it was accepted')
    } catch (error) {
      assert.match((error as Error).message, sentence)
      assert.ok(!(error as Error).message.includes('hush'))
    }
  }
  assert.ok(!inspect(calendly({ ...base, webhookKeys: ['hush'] }), { depth: 9 }).includes('hush'))
})
