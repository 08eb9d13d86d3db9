// Calendly's routing forms, and what only an Enterprise plan has: the activity log, and deletion of invitees' data.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import type { AccountInput } from '../../src/sandbox/world/accounts.ts'
import { box, call, connectCalendly, sendJson } from './app.ts'

const all = 'routing_forms:read activity_log:read data_compliance:write event_types:read'

async function person(sandbox: Sandbox, who: string, scope = all) {
  const { api } = sandbox.calendly.hosts
  const { access_token: token, owner: user = '', organization = '' } = await connectCalendly(sandbox, who, scope)
  const at = (path: string): string => (path.startsWith('http') ? path : api + path)
  const post = (path: string, body: unknown) => sendJson(sandbox, 'POST', at(path), token, body)
  return { user, organization, get: (path: string) => call(sandbox, at(path), token), post }
}

const noAccess = 'You do not have permission to access this resource.'

/** An Enterprise organization of two. */
const eva: AccountInput = {
  provider: 'calendly',
  id: 'EVAOWNER00000007',
  name: 'Eva',
  email: 'eva@calendly.example',
  slug: 'eva',
  timeZone: 'UTC',
  plan: 'enterprise',
  organization: 'EVASTUDIO0000007',
}
const fay: AccountInput = {
  provider: 'calendly',
  id: 'FAYMEMBER0000008',
  name: 'Fay',
  email: 'fay@calendly.example',
  slug: 'fay',
  timeZone: 'UTC',
  role: 'member',
  organization: 'EVASTUDIO0000007',
}

test('routing forms and their submissions are listed and read within the organization', async () => {
  const sandbox = await box()
  const [ada, dan] = [await person(sandbox, 'ada'), await person(sandbox, 'dan')]
  const [form] = (await ada.get(`/routing_forms?organization=${ada.organization}`)).body.collection
  const fields = ['created_at', 'name', 'organization', 'questions', 'status', 'updated_at', 'uri']
  assert.deepEqual(Object.keys(form), fields)
  assert.deepEqual(Object.keys(form.questions[0]), ['uuid', 'name', 'type', 'required', 'answer_choices'])
  assert.deepEqual((await ada.get(form.uri)).body.resource, form)
  const [one] = (await ada.get(`/routing_form_submissions?form=${form.uri}&sort=created_at:desc`)).body.collection
  assert.deepEqual([one.routing_form, one.result.type, one.submitter], [form.uri, 'event_type', null])
  assert.equal((await ada.get(one.result.value)).status, 200)
  assert.deepEqual((await ada.get(one.uri)).body.resource, one)
  assert.deepEqual((await dan.get(`/routing_forms?organization=${dan.organization}`)).body.collection, [])
  for (const uri of [form.uri, one.uri, `/routing_form_submissions?form=${form.uri}`]) {
    assert.equal((await dan.get(uri)).body.message, noAccess)
  }
  assert.equal((await ada.get(`/routing_forms?organization=${dan.organization}`)).body.message, noAccess)
  assert.deepEqual((await ada.get('/routing_forms')).body.details, [
    { parameter: 'organization', message: 'is missing' },
  ])
  assert.deepEqual((await ada.get('/routing_form_submissions')).body.details, [
    { parameter: 'form', message: 'is missing' },
  ])
  assert.equal((await ada.get(`/routing_forms?organization=${ada.organization}&sort=name:asc`)).status, 400)
  assert.equal((await ada.get('/routing_forms/NONE')).status, 404)
  assert.equal((await ada.get(`${form.uri}x`)).status, 404)
  const narrow = await person(sandbox, 'ada', 'event_types:read')
  assert.deepEqual((await narrow.get('/routing_forms')).body.required_scopes, ['routing_forms:read'])
})

test('the activity log is for owners of an Enterprise organization, and can be filtered, sorted and paged', async () => {
  const sandbox = await box({ accounts: [eva, fay] })
  const [owner, member, ada] = [
    await person(sandbox, 'eva'),
    await person(sandbox, 'fay'),
    await person(sandbox, 'ada'),
  ]
  const list = (query = '', by = owner) => by.get(`/activity_log_entries?organization=${by.organization}${query}`)
  assert.equal((await list('', ada)).body.message, 'Please upgrade your Calendly account to Enterprise.')
  assert.equal((await list('', member)).body.message, noAccess)
  assert.equal((await owner.get('/activity_log_entries')).body.details[0].parameter, 'organization')
  const { body } = await list()
  const [newest, oldest] = body.collection
  const { collection, pagination, ...counts } = body
  assert.deepEqual(counts, { exceeds_max_total_count: false, last_event_time: newest.occurred_at, total_count: 2 })
  assert.deepEqual([collection.length, pagination.count], [2, 2])
  assert.deepEqual([newest.fully_qualified_name, newest.actor.uri, newest.actor.type], ['User.Add', owner.user, 'User'])
  assert.equal(Date.parse(newest.occurred_at) > Date.parse(oldest.occurred_at), true)
  const found = async (query: string) => (await list(query)).body.collection.length
  assert.deepEqual(
    [await found('&count=1000'), await found(`&actor=${owner.user}`), await found(`&actor=${member.user}`)],
    [2, 2, 0],
  )
  assert.deepEqual([await found('&namespace=User&action=Add'), await found('&action=Remove')], [2, 0])
  assert.deepEqual([await found('&search_term=fay@'), await found('&search_term=nobody')], [1, 0])
  assert.equal(await found(`&min_occurred_at=${newest.occurred_at}`), 1)
  assert.equal(await found(`&max_occurred_at=${oldest.occurred_at}`), 1)
  assert.equal((await list('&sort=occurred_at:asc')).body.collection[0].uri, oldest.uri)
  const first = await list('&count=1')
  const second = (await owner.get(first.body.pagination.next_page)).body
  assert.deepEqual([second.collection, second.last_event_time, second.total_count], [[oldest], oldest.occurred_at, 2])
  for (const [name, value] of [
    ['count', '1001'],
    ['sort', 'name:asc'],
    ['actor', 'EVAOWNER00000007'],
    ['min_occurred_at', 'yesterday'],
    ['search_term', 'x'.repeat(301)],
  ]) {
    const refused = await list(`&${name}=${value}`)
    assert.deepEqual([refused.status, refused.body.details[0].parameter], [400, name])
  }
})

test('deletion of invitees’ data is accepted from owners of an Enterprise organization', async () => {
  const sandbox = await box({ accounts: [eva, fay] })
  const [owner, member, ada] = [
    await person(sandbox, 'eva'),
    await person(sandbox, 'fay'),
    await person(sandbox, 'ada'),
  ]
  const path = '/data_compliance/deletion/invitees'
  const emails = ['gil@guests.example']
  const done = await owner.post(path, { emails })
  assert.deepEqual([done.status, done.body], [202, {}])
  assert.equal((await ada.post(path, { emails })).body.message, 'Please upgrade your Calendly account to Enterprise.')
  assert.equal((await member.post(path, { emails })).body.message.startsWith('You must be an admin/owner'), true)
  for (const body of [{}, { emails: [] }, { emails: 'gil@guests.example' }, { emails: ['gil'] }]) {
    const refused = await owner.post(path, body)
    assert.deepEqual([refused.status, refused.body.details[0].parameter], [400, 'emails'])
  }
  const narrow = await person(sandbox, 'eva', 'event_types:read')
  assert.deepEqual((await narrow.post(path, { emails })).body.required_scopes, ['data_compliance:write'])
})
