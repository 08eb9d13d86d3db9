// Who is in an organization at Calendly: memberships, invitations, groups and teams.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import type { AccountInput } from '../../src/sandbox/world/accounts.ts'
import type { Reply } from './app.ts'
import { box, call, connectCalendly, receiver, sendJson, start } from './app.ts'

const all = 'organizations:write groups:read users:read scheduled_events:write event_types:read'

async function person(sandbox: Sandbox, who: string, scope = all) {
  const { api } = sandbox.calendly.hosts
  const { access_token: token, owner: user = '', organization = '' } = await connectCalendly(sandbox, who, scope)
  const at = (path: string): string => (path.startsWith('http') ? path : api + path)
  const send = (method: string, path: string, body?: unknown) => sendJson(sandbox, method, at(path), token, body)
  return { api, token, user, organization, get: (path: string) => call(sandbox, at(path), token), send }
}

const names = ({ body }: Reply): string[] => body.collection.map((one: { user: { name: string } }) => one.user.name)
const told = ({ status, body }: Reply) => [status, body.title, body.message]
const noAccess = [403, 'Permission Denied', 'You do not have permission to access this resource.']

test('memberships are listed, filtered, paged and read, in the shape of recorded answers', async () => {
  const sandbox = await box()
  const ada = await person(sandbox, 'ada')
  const mine = await ada.get(`/organization_memberships?user=${ada.user}`)
  const [one] = mine.body.collection
  assert.deepEqual(Object.keys(one), ['created_at', 'organization', 'role', 'updated_at', 'uri', 'user'])
  assert.deepEqual([one.role, one.organization, one.user.uri], ['owner', ada.organization, ada.user])
  assert.deepEqual(Object.keys(one.user), [
    'avatar_url',
    'created_at',
    'email',
    'locale',
    'name',
    'scheduling_url',
    'slug',
    'time_notation',
    'timezone',
    'updated_at',
    'uri',
  ])
  assert.deepEqual((await ada.get(one.uri)).body.resource, one)
  const list = (query: string) => ada.get(`/organization_memberships?${query}`)
  assert.deepEqual(names(await list(`organization=${ada.organization}`)), ['Ada Lindqvist', 'Ben Carter'])
  assert.deepEqual(names(await list('')), ['Ada Lindqvist', 'Ben Carter'])
  assert.deepEqual(names(await list('role=user')), ['Ben Carter'])
  assert.deepEqual(names(await list('email=BEN@calendly.example')), ['Ben Carter'])
  const first = await list('count=1')
  assert.deepEqual(names(await ada.get(first.body.pagination.next_page)), ['Ben Carter'])
  const pagination = ['count', 'next_page', 'next_page_token', 'previous_page', 'previous_page_token']
  assert.deepEqual(Object.keys(first.body.pagination), pagination)
  assert.deepEqual((await list('role=boss')).body.details, [{ parameter: 'role', message: 'is invalid' }])
  assert.equal((await list('organization=NORTHWINDSTUDIO1')).status, 400)
  assert.equal((await list('count=101')).status, 400)
})

test('memberships of another organization, of an unknown user, and without the scope', async () => {
  const sandbox = await box()
  const [ada, dan] = [await person(sandbox, 'ada'), await person(sandbox, 'dan')]
  const [his] = (await dan.get('/organization_memberships')).body.collection
  assert.deepEqual(told(await ada.get(his.uri)), [403, 'Permission Denied', 'This user is not in your organization'])
  assert.equal(
    (await ada.get(`/organization_memberships?user=${dan.user}`)).body.message,
    'This user is not in your organization',
  )
  assert.deepEqual(told(await ada.get(`/organization_memberships?organization=${dan.organization}`)), noAccess)
  assert.equal((await ada.get('/organization_memberships/NOBODY')).status, 404)
  const narrow = await person(sandbox, 'ada', 'users:read')
  assert.deepEqual((await narrow.get('/organization_memberships')).body.required_scopes, ['organizations:read'])
  const reader = await person(sandbox, 'ada', 'organizations:read')
  assert.deepEqual((await reader.send('DELETE', his.uri)).body.required_scopes, ['organizations:write'])
})

test('a removed member gets their own organization, and their user’s webhooks stop', async () => {
  const hooks = receiver()
  const sandbox = await box({ deliver: hooks.deliver })
  const scope = `${all} webhooks:write`
  const [ada, ben] = [await person(sandbox, 'ada', scope), await person(sandbox, 'ben', scope)]
  const { organization, user } = ben
  const events = ['invitee.created', 'invitee.canceled']
  for (const whose of [{ scope: 'user', user }, { scope: 'organization' }]) {
    const by = whose.scope === 'user' ? ben : ada
    const body = { url: `https://app.example/${whose.scope}`, events, organization, ...whose }
    assert.equal((await by.send('POST', '/webhook_subscriptions', body)).status, 201)
  }
  const types = await ben.get(`/event_types?user=${user}&sort=position:asc`)
  const book = async (start_time: string) => {
    const invitee = { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' }
    const booking = { event_type: types.body.collection[0].uri, start_time, invitee }
    return (await ben.send('POST', '/invitees', booking)).body.resource.event
  }
  const before = await book('2026-11-23T15:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, 2)
  const listed = await ada.get(`/organization_memberships?organization=${organization}`)
  const [adas, bens] = listed.body.collection.map((one: { uri: string }) => one.uri)
  const remove = async (one: typeof ada, uri: string) => (await one.send('DELETE', uri)).body.message
  assert.equal(await remove(ben, adas), 'You do not have permission to perform this action')
  assert.equal(await remove(ada, adas), 'You can not change owner role')
  const dan = await person(sandbox, 'dan')
  assert.equal(await remove(dan, bens), 'You cannot modify members from another organization')
  assert.equal((await ada.send('DELETE', bens)).status, 204)
  assert.equal((await ada.get(bens)).status, 404)
  const now = (await ben.get('/users/me')).body.resource.current_organization
  assert.ok(now !== organization)
  assert.deepEqual(names(await ben.get(`/organization_memberships?organization=${now}`)), ['Ben Carter'])
  assert.equal((await ben.get(`/scheduled_events?organization=${organization}`)).status, 403)
  await book('2026-11-23T16:00:00Z')
  assert.equal((await ben.send('POST', `${before}/cancellation`)).status, 201)
  await sandbox.delivered()
  assert.deepEqual(
    hooks.got.slice(2).map((one) => [one.url, one.body.event]),
    [['https://app.example/organization', 'invitee.canceled']],
  )
})

test('an admin has the rights of an owner, and the role admin', async () => {
  const carl: AccountInput = {
    provider: 'calendly',
    id: 'CARLADMIN0000006',
    name: 'Carl',
    email: 'carl@calendly.example',
    slug: 'carl',
    timeZone: 'UTC',
    role: 'admin',
    organization: 'NORTHWINDSTUDIO1',
  }
  const sandbox = await box({ accounts: [carl] })
  const one = await person(sandbox, 'carl')
  const [mine] = (await one.get(`/organization_memberships?user=${one.user}`)).body.collection
  assert.equal(mine.role, 'admin')
  assert.equal((await one.get(`/scheduled_events?organization=${one.organization}`)).status, 200)
  assert.equal((await one.send('DELETE', mine.uri)).body.message, 'You can not remove yourself from organization')
})

test('invitations are sent once to an address outside the organization, listed, read and deleted', async () => {
  const sandbox = await box()
  const [ada, ben, dan] = [await person(sandbox, 'ada'), await person(sandbox, 'ben'), await person(sandbox, 'dan')]
  const path = `${ada.organization}/invitations`
  const made = await ada.send('POST', path, { email: 'gil@guests.example' })
  assert.equal(made.status, 201)
  const at = new Date(start).toISOString().replace('Z', '000Z')
  const { uri, ...resource } = made.body.resource
  const times = { created_at: at, last_sent_at: at, updated_at: at }
  const rest = { email: 'gil@guests.example', organization: ada.organization, status: 'pending' }
  assert.deepEqual(resource, { ...times, ...rest })
  assert.match(uri, new RegExp(`^${path}/[\\w-]+$`))
  const post = async (body: unknown, by = ada) => told(await by.send('POST', path, body))
  assert.deepEqual(await post({ email: 'GIL@guests.example' }), [
    400,
    'Already Invited',
    'GIL@guests.example has already been invited',
  ])
  assert.deepEqual(await post({ email: 'ben@calendly.example' }), [
    400,
    'Already Organization Member',
    'ben@calendly.example is already in the organization',
  ])
  assert.deepEqual(await post({ email: 'gil@guests' }), [400, 'Invalid Email', 'gil@guests is an invalid email format'])
  assert.deepEqual((await ada.send('POST', path, {})).body.details, [{ parameter: 'email', message: 'must be filled' }])
  assert.deepEqual(await post({ email: 'x@y.example' }, ben), [403, 'Permission Denied', 'You do not have permission'])
  assert.deepEqual((await ada.get(uri)).body.resource, made.body.resource)
  assert.deepEqual(told(await ben.get(path)), noAccess)
  assert.equal((await dan.get(uri)).status, 403)
  assert.equal((await ada.get('/organizations/NOWHERE/invitations')).status, 404)
  const second = (await ada.send('POST', path, { email: 'hal@guests.example' })).body.resource
  const count = async (query: string) => (await ada.get(`${path}?${query}`)).body.collection?.length
  assert.deepEqual(
    [await count(''), await count('status=accepted'), await count('email=hal@guests.example')],
    [2, 0, 1],
  )
  const page = await ada.get(`${path}?count=1`)
  assert.deepEqual((await ada.get(page.body.pagination.next_page)).body.collection, [second])
  assert.deepEqual((await ada.get(`${path}?status=open`)).body.details[0].parameter, 'status')
  assert.deepEqual((await ada.get(`${path}?sort=email:asc`)).body.details[0].parameter, 'sort')
  assert.equal((await ada.send('DELETE', uri)).status, 204)
  assert.equal((await ada.get(uri)).status, 404)
})

test('groups, and `group` for scheduled events: for owners and admins', async () => {
  const sandbox = await box()
  const [ada, ben, dan] = [await person(sandbox, 'ada'), await person(sandbox, 'ben'), await person(sandbox, 'dan')]
  const { body } = await ada.get(`/groups?organization=${ada.organization}`)
  const [group] = body.collection
  assert.deepEqual(Object.keys(group), ['created_at', 'member_count', 'name', 'organization', 'updated_at', 'uri'])
  assert.deepEqual([group.name, group.member_count, group.organization], ['Client work', 1, ada.organization])
  assert.deepEqual((await ada.get(group.uri)).body.resource, group)
  assert.deepEqual((await ada.get('/groups')).body.details, [{ parameter: 'organization', message: 'is missing' }])
  assert.deepEqual(told(await ben.get(`/groups?organization=${ada.organization}`)), noAccess)
  assert.deepEqual(told(await dan.get(group.uri)), noAccess)
  assert.equal((await ada.get('/groups/NONE')).status, 404)
  const [related] = (await ada.get(`/group_relationships?group=${group.uri}`)).body.collection
  assert.deepEqual([related.role, related.group, related.owner.type], ['member', group.uri, 'OrganizationMembership'])
  assert.equal(related.owner.user.uri, ben.user)
  assert.deepEqual((await ada.get(related.uri)).body.resource, related)
  assert.equal((await ada.get(`/group_relationships?owner=${related.owner.uri}`)).body.collection.length, 1)
  assert.equal((await ada.get(`/group_relationships?owner=${ada.user}`)).body.collection.length, 0)
  for (const [one, at] of [
    [ada, '2026-11-23T09:00:00Z'],
    [ben, '2026-11-23T15:00:00Z'],
  ] as const) {
    const types = await one.get(`/event_types?user=${one.user}&sort=position:asc`)
    const invitee = { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' }
    await one.send('POST', '/invitees', { event_type: types.body.collection[0].uri, start_time: at, invitee })
  }
  const hosts = async (query: string, by = ada) => {
    const { body } = await by.get(`/scheduled_events?${query}`)
    type Event = { event_memberships: { user: string }[] }
    return body.collection?.map((one: Event) => one.event_memberships[0]?.user) ?? body.message
  }
  assert.deepEqual(await hosts(`organization=${ada.organization}`), [ada.user, ben.user])
  assert.deepEqual(await hosts(`organization=${ada.organization}&group=${group.uri}`), [ben.user])
  assert.deepEqual(await hosts(`group=${group.uri}`), [ben.user])
  assert.deepEqual(await hosts(`group=${group.uri}&user=${ada.user}&organization=${ada.organization}`), [])
  assert.equal(await hosts(`group=${group.uri}`, ben), noAccess[2])
  assert.equal(await hosts(`group=${ada.api}/groups/NONE`), 'You do not have permission')
  assert.equal(await hosts('group=NONE'), 'The supplied parameters are invalid.')
})

test('all members of the organization may read teams, and filter them by user', async () => {
  const sandbox = await box()
  const [ada, ben, dan] = [await person(sandbox, 'ada'), await person(sandbox, 'ben'), await person(sandbox, 'dan')]
  const [team] = (await ben.get('/teams')).body.collection
  assert.deepEqual(team, {
    name: 'Northwind Team',
    organization: ada.organization,
    scheduling_url: 'https://calendly.com/northwind-team',
    uri: team.uri,
  })
  assert.deepEqual((await ada.get(`/teams?user=${ben.user}`)).body.collection, [team])
  assert.deepEqual((await ada.get(team.uri)).body.resource, team)
  assert.equal((await ada.get(`/teams?user=${dan.user}`)).status, 403)
  assert.equal((await ada.get('/teams?user=ben')).status, 400)
  assert.deepEqual(told(await dan.get(team.uri)), noAccess)
  assert.equal((await dan.get('/teams')).body.collection.length, 0)
  assert.equal((await ada.get('/teams/NONE')).status, 404)
  const narrow = await person(sandbox, 'ada', 'groups:read')
  assert.deepEqual((await narrow.get('/teams')).body.required_scopes, ['organizations:read'])
})

test('an organization has a number, the plan of its owner, and no resource_type', async () => {
  const owner: AccountInput = {
    provider: 'calendly',
    id: 'EVAOWNER00000007',
    name: 'Eva',
    email: 'eva@calendly.example',
    slug: 'eva',
    timeZone: 'UTC',
    plan: 'enterprise',
    organization: 'EVASTUDIO0000007',
  }
  const member: AccountInput = { ...owner, id: 'FAYMEMBER0000008', slug: 'fay', email: 'fay@calendly.example' }
  const sandbox = await box({ accounts: [{ ...member, plan: 'free', role: 'member' } as AccountInput, owner] })
  const seen = async (who: string) => {
    const one = await person(sandbox, who)
    const { id, kind, plan, stage, ...rest } = (await one.get(one.organization)).body.resource
    assert.ok(Number.isInteger(id) && !('resource_type' in rest))
    return [kind, plan, stage]
  }
  assert.deepEqual(await seen('fay'), ['multiple', 'enterprise', 'paid'])
  assert.deepEqual(await seen('eva'), ['multiple', 'enterprise', 'paid'])
  assert.deepEqual(await seen('chloe'), ['single', 'standard', 'paid'])
  assert.deepEqual(await seen('dan'), ['single', 'basic', 'free'])
})
