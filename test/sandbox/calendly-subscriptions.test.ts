// Calendly's webhook subscriptions: who may subscribe to what, and which events arrive.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, call, control, receiver, sendJson } from './app.ts'
import type { App } from './calendly-app.ts'
import { app, connect, isSigned, target } from './calendly-app.ts'

const builtInClient = {
  provider: 'calendly',
  id: 'pNx_q7Zr-3TgWm0aKc8_VhE5-ydJ2fLsU6bXoQ1tRi4',
  secret: 'sandbox-calendly-secret',
  redirectUris: 'loopback',
} as const

test('no-shows are reported; a subscription of the organization gets events of its members, one of a user does not', async () => {
  const { sandbox, subscribe, hooks, organization } = await app()
  const ben = await connect(sandbox, 'ben')
  const events = ['invitee.created', 'invitee_no_show.created', 'invitee_no_show.deleted']
  await subscribe({ url: `${target}/user`, events })
  assert.equal(
    (await subscribe({ url: `${target}/all`, scope: 'organization', user: undefined, organization, events })).status,
    201,
  )
  const { uri } = await ben.book('2026-11-23T15:00:00Z')
  const made = await sendJson(sandbox, 'POST', `${ben.api}/invitee_no_shows`, ben.token, { invitee: uri })
  await sendJson(sandbox, 'DELETE', made.body.resource.uri, ben.token)
  await sandbox.delivered()
  assert.deepEqual(
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
  assert.match(uri, new RegExp(`^${api}/webhook_subscriptions/[0-9a-f-]{36}$`))
  assert.deepEqual(
    [resource.callback_url, resource.state, resource.retry_started_at, resource.scope, resource.group],
    [target, 'active', null, 'user', null],
  )
  const again = await subscribe()
  assert.deepEqual(
    [again.status, again.body],
    [409, { title: 'Already Exists', message: 'Hook with this url already exists' }],
  )
  assert.equal(await status({ url: 'nowhere' }), 400)
  assert.equal(await status({ events: [] }), 400)
  assert.equal(await status({ events: ['meeting.started'] }), 400)
  assert.equal(await status({ organization: undefined }), 400, 'the organization is always needed')
  assert.equal(await status({ scope: 'group' }), 400)
  assert.equal(await status({ user: undefined }), 400)
  const family = await subscribe({ url: `${target}/2`, events: ['contact.created'] })
  assert.deepEqual(
    [family.status, family.body],
    [400, { title: 'Invalid Argument', message: 'The supplied parameters are invalid.' }],
  )
  assert.equal(await status({ url: `${target}/3`, events: ['routing_form_submission.created'] }), 400)
  assert.equal(
    await status({ url: `${target}/3`, scope: 'organization', events: ['routing_form_submission.created'] }),
    201,
  )
  const ben = await connect(sandbox, 'ben')
  const refused = await ben.subscribe({ scope: 'organization' })
  assert.deepEqual([refused.status, refused.body.message], [403, 'Unauthorized'])
  assert.equal((await ben.subscribe({ organization: `${api}/organizations/DANSOLO000000004` })).status, 403)
  const list = (query: string, one = token) =>
    call(sandbox, `${api}/webhook_subscriptions?organization=${organization}${query}`, one)
  assert.equal((await list('&scope=organization')).body.collection.length, 1)
  const denied = await list('&scope=organization', ben.token)
  assert.deepEqual([denied.status, denied.body.message], [403, 'Unauthorized'])
  assert.deepEqual((await call(sandbox, uri, token)).body.resource, made.body.resource)
  assert.equal((await call(sandbox, uri, ben.token)).status, 403)
  assert.equal((await sendJson(sandbox, 'DELETE', uri, token)).status, 204)
  assert.equal((await call(sandbox, uri, token)).status, 404)
  assert.equal(await status({}), 201, 'the address is free again')
  assert.equal((await sendJson(sandbox, 'PATCH', uri, token, {})).status, 404, 'there is no update')
})

test('meeting_recap is for users, event_type.* by a switch, and a signing_key is used unless a switch says otherwise', async () => {
  const recap = 'event_types:read meeting_recaps:read webhooks:write scheduled_events:write'
  const sandbox = await box()
  const one = await connect(sandbox, 'ada', recap)
  assert.equal((await one.subscribe({ events: ['meeting_recap.created'], scope: 'organization' })).status, 400)
  assert.equal((await one.subscribe({ events: ['meeting_recap.created'] })).status, 201)
  assert.equal((await one.subscribe({ url: `${target}/t`, events: ['event_type.updated'] })).status, 201)
  const strict = await connect(await box({ switches: { calendlyEventTypeHookScopes: 'organization' } }), 'ada', recap)
  assert.equal((await strict.subscribe({ events: ['event_type.updated'] })).status, 400)
  for (const used of ['ignored', undefined] as const) {
    const { subscribe, book, hooks, ...rest } = await app({ switches: { calendlySigningKeyParameter: used } })
    await subscribe({ signing_key: 'my own key' })
    await book('2026-11-23T09:00:00Z')
    await rest.sandbox.delivered()
    assert.ok(isSigned(hooks.got[0], used === 'ignored' ? rest.sandbox.calendlyWebhookKey : 'my own key'), used)
  }
})

test('a switch decides whether subscriptions end with the tokens of their creator', async () => {
  for (const ends of [false, true]) {
    const { sandbox, subscribe, hooks, api } = await app({ switches: { calendlyHooksEndWithTokens: ends } })
    await subscribe({ scope: 'organization' })
    const ben = await connect(sandbox, 'ben')
    sandbox.revoke({ provider: 'calendly', account: 'ada' })
    assert.equal((await call(sandbox, `${api}/users/me`, ben.token)).status, 403)
    await ben.book('2026-11-24T15:00:00Z')
    await sandbox.delivered()
    assert.equal(hooks.got.length, ends ? 0 : 1)
  }
})

test('sample data is a bare payload', async () => {
  const { sandbox, api, organization, user, token } = await app()
  const sample = (query: string) =>
    call(sandbox, `${api}/sample_webhook_data?organization=${organization}${query}`, token)
  const { status, body } = await sample(`&scope=user&user=${user}&event=invitee.canceled`)
  assert.deepEqual([status, body.event, body.payload.status], [200, 'invitee.canceled', 'canceled'])
  assert.ok('scheduled_event' in body.payload && !('resource' in body))
  assert.equal((await sample('&scope=organization&event=nothing')).status, 400)
})

test('subscriptions of one user in an organization cannot share an address, of any scope or app; those of two users can', async () => {
  const other = { provider: 'calendly', id: 'another-app', secret: 's', redirectUris: 'loopback' } as const
  const { sandbox, subscribe, api, user, organization } = await app({ clients: [other] })
  assert.equal((await subscribe()).status, 201)
  assert.equal((await subscribe({ scope: 'organization', user: undefined })).status, 409)
  const made = await control(sandbox, 'POST', 'personal-tokens', { account: 'ada' })
  const body = { url: target, events: ['invitee.created'], organization, user, scope: 'user' }
  assert.equal((await sendJson(sandbox, 'POST', `${api}/webhook_subscriptions`, made.body.token, body)).status, 409)
  const ben = await connect(sandbox, 'ben')
  assert.equal((await ben.subscribe()).status, 201)
  assert.equal((await subscribe({ url: `${target}/2`, user: ben.user })).status, 201)
  assert.equal(
    (await ben.subscribe({ url: `${target}/2` })).status,
    409,
    'the same user, whose subscription another has made',
  )
})

test('the plan of the organization’s owner decides what may be subscribed to, and every plan has webhooks', async () => {
  const studio = { provider: 'calendly', timeZone: 'UTC', organization: 'STUDIO0000000009' } as const
  const person = (slug: string, plan: 'free' | 'paid', role: 'owner' | 'member') => {
    const id = `${slug.toUpperCase()}STUDIO000009`
    return { ...studio, id, slug, name: slug, email: `${slug}@calendly.example`, plan, role }
  }
  const scope = 'webhooks:write scheduled_events:read routing_forms:read meeting_recaps:read contacts:read users:read'
  const upgrade = [403, 'Permission Denied', 'Please upgrade to a paid Calendly account.']
  const told = async (one: App, more: object) => {
    const { status, body } = await one.subscribe(more)
    return status === 201 ? 201 : [status, body.title, body.message]
  }
  const recaps = { url: `${target}/recaps`, events: ['meeting_recap.created'] }
  const forms = { url: `${target}/forms`, events: ['routing_form_submission.created'], scope: 'organization' }
  const dan = await connect(await box(), 'dan', scope)
  assert.equal(await told(dan, {}), 201)
  assert.equal(await told(dan, { url: `${target}/contacts`, events: ['contact.created'] }), 201)
  assert.deepEqual([await told(dan, recaps), await told(dan, forms)], [upgrade, upgrade])
  const listed = `${dan.api}/webhook_subscriptions?organization=${dan.organization}&scope=organization`
  assert.equal((await call(dan.sandbox, listed, dan.token)).status, 200)
  const poor = [person('gus', 'free', 'owner'), person('hal', 'paid', 'member')]
  assert.deepEqual(await told(await connect(await box({ accounts: poor }), 'hal', scope), recaps), upgrade)
  const rich = [person('hal', 'free', 'member'), person('gus', 'paid', 'owner')]
  assert.equal(await told(await connect(await box({ accounts: rich }), 'hal', scope), recaps), 201)
  const before = await box({ switches: { calendlyFreePlanHooks: 'none' } })
  assert.deepEqual(await told(await connect(before, 'dan', scope), {}), upgrade)
  const all = await box({ switches: { calendlyFreePlanHooks: 'all' } })
  assert.equal(await told(await connect(all, 'dan', scope), recaps), 201)
})

test('a subscription of a group gets events of its members only, and is for owners and admins', async () => {
  const clients = [{ ...builtInClient, scopes: ['default'] }]
  const hooks = receiver()
  const sandbox = await box({ clients, deliver: hooks.deliver })
  const { subscribe, book, api, token, organization } = await connect(sandbox, 'ada', '')
  const groups = await call(sandbox, `${api}/groups?organization=${organization}`, token)
  const [group] = groups.body.collection
  const wanted = { scope: 'group', user: undefined, group: group.uri, url: `${target}/group` }
  const made = await subscribe(wanted)
  assert.deepEqual([made.status, made.body.resource.group, made.body.resource.user], [201, group.uri, null])
  const ben = await connect(sandbox, 'ben', '')
  assert.deepEqual((await ben.subscribe(wanted)).body.message, 'Unauthorized')
  assert.equal((await subscribe({ ...wanted, group: undefined })).body.details[0].parameter, 'group')
  assert.equal((await subscribe({ ...wanted, group: `${api}/groups/NONE`, url: `${target}/none` })).status, 403)
  const listed = `${api}/webhook_subscriptions?organization=${organization}&scope=group&group=${group.uri}`
  assert.deepEqual((await call(sandbox, listed, token)).body.collection, [made.body.resource])
  await book('2026-11-23T09:00:00Z')
  await ben.book('2026-11-23T15:00:00Z')
  await sandbox.delivered()
  assert.deepEqual(
    hooks.got.map(({ body }) => body.payload.scheduled_event.event_memberships[0].user),
    [ben.user],
  )
})

test('a switch refuses addresses that are not public', async () => {
  const { subscribe } = await app({ switches: { calendlyPublicCallbacksOnly: true } })
  const refused = await subscribe({ url: 'http://localhost:3000/hooks' })
  assert.deepEqual([refused.status, refused.body.details], [400, [{ parameter: 'url', message: 'is invalid' }]])
  assert.equal((await subscribe()).status, 201)
})
