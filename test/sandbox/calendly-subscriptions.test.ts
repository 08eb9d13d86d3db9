// Calendly's webhook subscriptions: who may subscribe to what, and who hears of it.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { box, call, sendJson } from './app.ts'
import { app, connect, isSigned, target } from './calendly-app.ts'

test('no-shows are told of; a subscription of the organization hears of its members, one of a user does not', async () => {
  const { sandbox, subscribe, hooks, organization } = await app()
  const ben = await connect(sandbox, 'ben')
  const events = ['invitee.created', 'invitee_no_show.created', 'invitee_no_show.deleted']
  await subscribe({ url: `${target}/user`, events })
  equal(
    (await subscribe({ url: `${target}/all`, scope: 'organization', user: undefined, organization, events })).status,
    201,
  )
  const { uri } = await ben.book('2026-11-23T15:00:00Z')
  const made = await sendJson(sandbox, 'POST', `${ben.api}/invitee_no_shows`, ben.token, { invitee: uri })
  await sendJson(sandbox, 'DELETE', made.body.resource.uri, ben.token)
  await sandbox.delivered()
  deepEqual(
    hooks.got.map((one) => [one.url, one.body.event, one.body.payload.no_show?.uri]),
    [
      [`${target}/all`, 'invitee.created', undefined],
      [`${target}/all`, 'invitee_no_show.created', made.body.resource.uri],
      [`${target}/all`, 'invitee_no_show.deleted', undefined],
    ],
  )
})

test('what may be subscribed to: scopes, events, organizations, and the same address once', async () => {
  const { sandbox, subscribe, organization, api, token } = await app()
  const status = async (more: object) => (await subscribe(more)).status
  const made = await subscribe()
  const { uri, ...resource } = made.body.resource
  match(uri, new RegExp(`^${api}/webhook_subscriptions/[0-9a-f-]{36}$`))
  deepEqual(
    [resource.callback_url, resource.state, resource.retry_started_at, resource.scope, resource.group],
    [target, 'active', null, 'user', null],
  )
  const again = await subscribe()
  deepEqual(
    [again.status, again.body],
    [409, { title: 'Already Exists', message: 'Hook with this url already exists' }],
  )
  equal(await status({ url: 'nowhere' }), 400)
  equal(await status({ events: [] }), 400)
  equal(await status({ events: ['meeting.started'] }), 400)
  equal(await status({ organization: undefined }), 400, 'the organization is always needed')
  equal(await status({ scope: 'group' }), 400)
  equal(await status({ user: undefined }), 400)
  const family = await subscribe({ url: `${target}/2`, events: ['contact.created'] })
  deepEqual(
    [family.status, family.body],
    [400, { title: 'Invalid Argument', message: 'The supplied parameters are invalid.' }],
  )
  equal(await status({ url: `${target}/3`, events: ['routing_form_submission.created'] }), 400)
  equal(await status({ url: `${target}/3`, scope: 'organization', events: ['routing_form_submission.created'] }), 201)
  const ben = await connect(sandbox, 'ben')
  const refused = await ben.subscribe({ scope: 'organization' })
  deepEqual([refused.status, refused.body.message], [403, 'Unauthorized'])
  equal((await ben.subscribe({ organization: `${api}/organizations/DANSOLO000000004` })).status, 403)
  const list = (query: string, one = token) =>
    call(sandbox, `${api}/webhook_subscriptions?organization=${organization}${query}`, one)
  equal((await list('&scope=organization')).body.collection.length, 1)
  const denied = await list('&scope=organization', ben.token)
  deepEqual([denied.status, denied.body.message], [403, 'Unauthorized'])
  deepEqual((await call(sandbox, uri, token)).body.resource, made.body.resource)
  equal((await call(sandbox, uri, ben.token)).status, 403)
  equal((await sendJson(sandbox, 'DELETE', uri, token)).status, 204)
  equal((await call(sandbox, uri, token)).status, 404)
  equal(await status({}), 201, 'the address is free again')
  equal((await sendJson(sandbox, 'PATCH', uri, token, {})).status, 404, 'there is no update')
})

test('meeting_recap is for users, event_type.* by a switch, and a signing_key is ignored unless a switch says otherwise', async () => {
  const recap = 'event_types:read meeting_recaps:read webhooks:write scheduled_events:write'
  const sandbox = await box()
  const one = await connect(sandbox, 'ada', recap)
  equal((await one.subscribe({ events: ['meeting_recap.created'], scope: 'organization' })).status, 400)
  equal((await one.subscribe({ events: ['meeting_recap.created'] })).status, 201)
  equal((await one.subscribe({ url: `${target}/t`, events: ['event_type.updated'] })).status, 201)
  const strict = await connect(await box({ switches: { calendlyEventTypeHookScopes: 'organization' } }), 'ada', recap)
  equal((await strict.subscribe({ events: ['event_type.updated'] })).status, 400)
  for (const used of ['ignored', 'used'] as const) {
    const { subscribe, book, hooks, ...rest } = await app({ switches: { calendlySigningKeyParameter: used } })
    await subscribe({ signing_key: 'my own key' })
    await book('2026-11-23T09:00:00Z')
    await rest.sandbox.delivered()
    ok(isSigned(hooks.got[0], used === 'used' ? 'my own key' : rest.sandbox.calendlyWebhookKey), used)
  }
})

test('whether hooks end with the tokens of their creator is a switch', async () => {
  for (const ends of [false, true]) {
    const { sandbox, subscribe, hooks, api } = await app({ switches: { calendlyHooksEndWithTokens: ends } })
    await subscribe({ scope: 'organization' })
    const ben = await connect(sandbox, 'ben')
    sandbox.revoke({ provider: 'calendly', account: 'ada' })
    equal((await call(sandbox, `${api}/users/me`, ben.token)).status, 403)
    await ben.book('2026-11-24T15:00:00Z')
    await sandbox.delivered()
    equal(hooks.got.length, ends ? 0 : 1)
  }
})

test('sample data is a bare payload', async () => {
  const { sandbox, api, organization, user, token } = await app()
  const sample = (query: string) =>
    call(sandbox, `${api}/sample_webhook_data?organization=${organization}${query}`, token)
  const { status, body } = await sample(`&scope=user&user=${user}&event=invitee.canceled`)
  deepEqual([status, body.event, body.payload.status], [200, 'invitee.canceled', 'canceled'])
  ok('scheduled_event' in body.payload && !('resource' in body))
  equal((await sample('&scope=organization&event=nothing')).status, 400)
})
