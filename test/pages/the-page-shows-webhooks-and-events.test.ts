// The pages of a host application, requested directly: they show subscriptions and events to the people who run it.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createDashboard } from '../../src/dashboard/index.ts'
import type { Connection, PunctualOptions } from '../../src/index.ts'
import { sandboxClients, setFault } from '../support/host.ts'
import { cases, clearFaults, startListening } from '../webhooks/host.ts'

const [atCalendly, atCalcom] = cases as [(typeof cases)[0], (typeof cases)[0]]

/** A host application with its page; `own` is the origin of the page. */
async function start(t: TestContext, own = 'https://app.example', options: Partial<PunctualOptions> = {}) {
  const host = await startListening(t, options)
  const clients = options.clients ?? sandboxClients(host.sandbox)
  const dashboard = createDashboard({
    ...host,
    clients,
    baseUrl: own,
    actor: () => host.person,
    mayAct: () => host.person === 'ada',
    owner: 'ada',
  })
  const ask = async (path: string, form?: Record<string, string>) => {
    const headers = { origin: own }
    const init = form && { method: 'POST', headers, body: new URLSearchParams(form) }
    const answer = await dashboard.fetch(new Request(new URL(path, own), init))
    return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() }
  }
  return {
    ...{ host, ask },
    /** Posts a form, and returns the page that it redirects to. */
    async press(path: string, form: Record<string, string> = {}) {
      const { status, location } = await ask(path, form)
      assert.equal(status, 303)
      return (await ask(location)).text
    },
    /** Writes a dead event of this owner, with HTML in everything that comes from the provider and the receiver. */
    async insertDead(owner: string | null, connection: Connection | null) {
      const { outbox } = host.store
      const name = `<script>${owner}</script>`
      const of = { owner, connection: connection?.id ?? null, client: 'calendly', type: 'webhook.received' }
      const data = { name, createdAt: 1 }
      await outbox.accept([
        { ...of, orderingKey: name, orderAt: 1, data, key: name, body: 'p1.a.sealed', maxWaitMs: 0 },
      ])
      const [row] = await outbox.take('test', 1, 1000)
      await outbox.fail(row?.id ?? '', 'test', '<b>no</b>', null)
      return row?.id ?? ''
    },
  }
}

test('dead events of all owners are shown, escaped and without their bodies, and a button replays one', async (t) => {
  const { host, ask, press, insertDead } = await start(t)
  const connection = await host.join(atCalendly)
  const [ours, theirs, ownerless] = [
    await insertDead('ada', connection),
    await insertDead('bob', null),
    await insertDead(null, null),
  ]
  const { text } = await ask('/events?state=dead')
  assert.match(text, /&lt;script&gt;ada&lt;\/script&gt;.*owner ada.*&lt;b&gt;no&lt;\/b&gt;/s)
  assert.match(text, /owner bob/)
  assert.doesNotMatch(text, /<script>|<b>no|p1\.a/)
  for (const id of [ours, theirs, ownerless]) assert.ok(text.includes(`/events/${id}/replay`))

  assert.match(await press(`/events/${ours}/replay`), /The event is dispatched again, for another day\./)
  assert.equal((await host.store.outbox.get(ours))?.state, 'pending')
  for (const id of [ours, 'evt_unknown']) assert.match(await press(`/events/${id}/replay`), /Nothing was changed/)
  assert.match(await press(`/events/${ours}/retry`), /The event is dispatched now\./)
  assert.match(await press(`/events/${theirs}/retry`), /Nothing was changed/)
  assert.match(await press('/events/replay', { since: 'day' }), /2 events are dispatched again/)
  assert.equal((await host.store.outbox.get(theirs))?.state, 'pending')
  assert.equal((await ask('/events/replay', { since: 'toString' })).status, 400)
  const { items } = await host.punctual.operator.audit()
  assert.deepEqual(items.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`).reverse(), [
    'ada replay ok',
    'ada replay event_not_dead',
    'ada replay event_not_found',
    'ada retry ok',
    'ada retry event_not_pending',
    'ada replay_since ok, 2',
  ])
})

test('who has no name sees nothing, and who may only look changes nothing', async (t) => {
  const { host, ask, insertDead } = await start(t)
  const { id } = await host.join(atCalcom)
  await host.punctual.webhooks.subscribe(id, ['BOOKING_PAID'])
  const dead = await insertDead('ada', null)
  const forms = [
    ['/connections', { client: 'calcom' }],
    ...['test', 'refresh', 'link', 'disconnect', 'webhooks'].map((verb) => [`/connections/${id}/${verb}`, {}] as const),
    [`/connections/${id}/webhooks/end`, { scope: 'user' }],
    [`/events/${dead}/replay`, {}],
    [`/events/${dead}/retry`, {}],
    ['/events/replay', { since: 'day' }],
  ] as const
  for (const [person, status] of [
    [null, 401],
    ['eve', 403],
  ] as const) {
    host.person = person
    for (const [path, form] of forms) assert.equal((await ask(path, form)).status, status, path)
  }
  const { text } = await ask(`/connections/${id}`)
  assert.match(text, /Read only/)
  assert.doesNotMatch(text, /method="post"/)
  assert.doesNotMatch((await ask('/events')).text, /method="post"/)
  assert.deepEqual((await host.punctual.webhooks.list(id))[0]?.events, ['BOOKING_PAID'])
  assert.equal((await host.store.outbox.get(dead))?.state, 'dead')
  host.person = 'ada'
  const own = (await ask(`/connections/${id}`)).text
  assert.match(own, /<code>BOOKING_PAID<\/code>/)
  assert.doesNotMatch(own, /Subscribe to bookings/)
})

test('a refusal is reported with a sentence, and an unavailable provider is tried again later', async (t) => {
  const { host, ask, press } = await start(t)
  const dan = await host.join(atCalendly, { account: 'dan' })
  const subscribe = `/connections/${dan.id}/webhooks`
  const body = { title: 'Permission Denied', message: 'Please upgrade to a paid Calendly account.' }
  await setFault(host, { kind: 'status', status: 403, body, endpoint: '/webhook_subscriptions' })
  assert.match((await ask(`/connections/${dan.id}`)).text, /Subscribe to bookings/)
  assert.match(await press(subscribe), /This account’s plan does not include webhooks\. Nothing was changed\./)
  const ben = await host.join(atCalcom, { account: 'ben' })
  await setFault(host, { kind: 'status', status: 503, endpoint: 'api', count: null })
  assert.match(await press(`/connections/${ben.id}/webhooks`), /Cal\.com has not responded yet\..*Being created/s)
  await clearFaults(host)
  assert.match(await press(`/connections/${ben.id}/webhooks/end`, { scope: 'user' }), /webhooks have ended\./)
  assert.equal((await ask(`/connections/${ben.id}/webhooks/end`, {})).status, 400)
})

test('a sentence that says what to do replaces a button that could not work', async (t) => {
  const public_ = await start(t)
  const { id } = await public_.host.connect('calendly', { scopes: ['users:read'] })
  assert.match(
    (await public_.ask(`/connections/${id}`)).text,
    /webhooks:write.*Enable them on the OAuth app at Calendly/s,
  )
  assert.match(
    await public_.press(`/connections/${id}/webhooks`),
    /The account has not permitted Calendly to report its bookings/,
  )

  const local = await start(t, 'http://localhost:4600')
  const { id: joined } = await local.host.join(atCalcom)
  assert.match(
    (await local.ask(`/connections/${joined}`)).text,
    /sends webhooks only to addresses on the internet, and http:\/\/localhost:4600/,
  )
})

test('a booking event is shown with a sentence', async (t) => {
  const { host, ask } = await start(t)
  const connection = await host.join(atCalendly)
  const of = { owner: 'ada', connection: connection.id, client: 'calendly', type: 'booking.rescheduled' }
  const data = { name: 'invitee.created', createdAt: 1, booking: 'b2', replaces: 'b1', chain: 'chn_1' }
  await host.store.outbox.accept([
    { ...of, orderingKey: 'chain', orderAt: 1, data, key: 'chg_one', body: 'p1.a.sealed', maxWaitMs: 0 },
  ])
  const { text } = await ask('/events')
  assert.match(text, /<code>booking\.rescheduled<\/code><\/a> <span class="quiet">A booking was moved\.<\/span>/)
})
