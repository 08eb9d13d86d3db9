// The operator's pages, requested directly: what each shows, that nothing of others becomes HTML, and that each action is
// written to the audit.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setFault } from '../support/host.ts'
import { type Happened, letHappen, type OperatorStage, pathsOf, setOperatorStage } from './operator-stage.ts'

let stage: OperatorStage
let happened: Happened

before(async () => {
  stage = await setOperatorStage()
  happened = await letHappen(stage)
})

after(() => stage?.close())

/** The text of a page without its tags. */
async function textOf(path: string): Promise<string> {
  const { text } = await stage.ask(path)
  return text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
}

/** Posts a form, and returns the page that it redirects to. */
async function press(path: string, form: Record<string, string> = {}): Promise<string> {
  const { status, location } = await stage.ask(path, form)
  assert.equal(status, 303, path)
  return textOf(location)
}

test('nothing that comes from others is HTML on any page', async () => {
  const seen = new Set<string>()
  for (const path of pathsOf(happened)) {
    const { text } = await stage.ask(path)
    assert.ok(!text.includes('<img'), path)
    for (const [, word = ''] of text.matchAll(/(\w+) &lt;img src=x/g)) seen.add(word)
  }
  const words =
    'Name account action actor client connection detail error event failure mail name outcome owner reason scope sentence subject Zone Gil'
  assert.deepEqual([...seen].sort(), words.split(' ').sort(), 'each planted text is on a page')
})

test('no page shows a token or a sealed value', async () => {
  const shown = await Promise.all(pathsOf(happened).map(async (path) => (await stage.ask(path)).text))
  for (const text of shown) assert.doesNotMatch(text, /p1\.[\w-]+\.|eyJ[\w-]{8}|sealed body|access_token":/)
})

test('the overview says first what needs a person, and which page helps', async () => {
  const { text } = await stage.ask('/')
  const attention = text.slice(text.indexOf('id="attention"'), text.indexOf('id="connections"'))
  for (const part of [
    /refuses the client calcom-eu.*href="\/clients#client-calcom-eu"/s,
    /1 connection of calcom must be reconnected.*href="\/connections\?client=calcom&amp;status=needs_reconnect"/s,
    /1 event was not acknowledged.*href="\/events\?state=dead"/s,
    /gets no webhooks.*href="\/connections\/connection_planted"/s,
    /For <time/,
  ])
    assert.match(attention, part)
  assert.match(
    text,
    /aria-label="Refreshes: [\d,]+ refreshes in the last 24 hours, \d+ failed; the most in the hour from/,
  )
  assert.match(text, /href="\/connections\?error=group">1 connection</)
})

test('a table of connections is searched and filtered', async () => {
  const rows = async (query: string) =>
    [...(await stage.ask(`/connections${query}`)).text.matchAll(/data-row="([^"]+)"/g)].map(([, id]) => id)
  assert.ok((await rows('')).length >= 5)
  assert.deepEqual(await rows('?text=tenant-1'), [happened.working])
  assert.deepEqual(await rows('?text=ada%40calendly'), [happened.working])
  assert.deepEqual(await rows(`?text=${happened.broken}`), [happened.broken])
  assert.deepEqual(await rows('?status=needs_reconnect&client=calcom'), [happened.broken])
  assert.deepEqual(await rows('?error=group'), [happened.planted])
  assert.equal((await stage.ask('/connections?status=strange')).status, 400)
  assert.match(await textOf('/connections?text=nobody-at-all'), /Nothing is found/)
})

test('the page of a connection says what was granted, what has happened and what its webhooks do', async () => {
  const text = await textOf(`/connections/${happened.working}`)
  for (const part of [
    /owner tenant-1/,
    /The account was connected\./,
    /The next refresh is due/,
    /Answered 200/,
    /Limits as far as this process knows Calls left [\d,]+ of [\d,]+ Window ends in/,
    /Plan nothing was refused for it/,
    /Active/,
  ])
    assert.match(text, part)
  const over = await textOf(`/connections/${happened.broken}`)
  assert.match(over, /no longer accepts this connection:.*The grant is over: the provider refused its refresh token/)
  assert.doesNotMatch(over, /Test now/)
  const failing = await textOf(`/connections/${happened.planted}`)
  assert.match(failing, /Not granted:.*Webhooks Failing/)
})

test('a page about one connection shows nothing of the other owners', async () => {
  const { working, broken, planted, waiting } = happened
  const others = /tenant-[23]|planted|ben@/
  for (const path of ['', '/bookings', '/answers', '/disconnect']) {
    const { status, text } = await stage.ask(`/connections/${working}${path}`)
    assert.equal(status, 200)
    assert.ok(text.includes('Ada Lindqvist'), path)
    assert.doesNotMatch(text, others, path)
    assert.ok(!text.includes(broken), path)
  }
  assert.doesNotMatch((await stage.ask(`/events/${waiting}`)).text, others)
  for (const id of [broken, planted]) {
    const { text } = await stage.ask(`/connections/${id}`)
    assert.doesNotMatch(text, /tenant-1\b|ada@calendly/)
    assert.ok(!text.includes(working))
  }
})

test('a subscription of a grant that is over is not active', async () => {
  const { id, account } = await stage.connect('calendly', 'eve', 'tenant-9')
  await stage.punctual.webhooks.subscribe(id, { bookings: true })
  assert.match(await textOf(`/connections/${id}`), /Webhooks Active/)
  stage.sandbox.revoke({ provider: 'calendly', account: account.email ?? '' })
  await (await stage.punctual.connections.get(id)).refresh()
  const text = await textOf(`/connections/${id}`)
  assert.match(text, /Webhooks Stopped: reconnect first/)
  assert.doesNotMatch(text, /Webhooks Active/)
})

test('each action on a connection is done, told, and written to the audit with its actor', async () => {
  const { id } = await stage.connect('calendly', 'dan', 'tenant-4')
  const path = `/connections/${id}`
  assert.match(await press(`${path}/test`), /It works: Calendly has answered for this account\./)
  assert.match(await press(`${path}/refresh`), /The tokens are refreshed\./)
  await setFault(stage, { kind: 'status', status: 500, endpoint: 'api', provider: 'calendly', count: 3 })
  assert.match(await press(`${path}/test`), /Calendly gave no usable answer\./)
  const link = await stage.ask(`${path}/link`, {})
  assert.match(link.text, /value="http:\/\/127\.0\.0\.1:\d+\/connect\/session_/)
  assert.equal((await stage.ask('/connections', { client: 'calendly', connection: id })).status, 403)
  assert.match(
    await textOf(`${path}/disconnect`),
    /Its access token and its refresh token are revoked at Calendly.*tenant-4 must give consent again/,
  )
  assert.match(await press(`${path}/disconnect`), /Its tokens were revoked at Calendly.*State Disconnected/)
  assert.equal((await stage.ask(`${path}/disconnect`, {})).status, 404)
  const { items } = await stage.punctual.operator.audit({ limit: 6 })
  assert.deepEqual(
    items.map(({ actor, action, subject, outcome }) => [actor, action, subject === id, outcome].join(' ')).reverse(),
    [
      'ops test true ok',
      'ops refresh true renewed',
      'ops test true provider_unavailable',
      'ops reconnect_link true ok',
      'ops disconnect true ok',
      'ops disconnect true connection_not_found',
    ],
  )
  assert.match(await textOf('/audit'), /ops .{0,30}disconnect connection_/)
})

test('only an owner reconnects an account, and the host application says where', async (t) => {
  const own = await setOperatorStage({
    dashboard: {
      owner: 'ops',
      reconnectLink: ({ owner, client }) => `https://app.example/${owner}/reconnect/${client}`,
    },
  })
  t.after(() => own.close())
  const { id } = await own.connect('calcom', 'ada', 'tenant-7')
  assert.match(
    (await own.ask(`/connections/${id}/link`, {})).text,
    /value="https:\/\/app\.example\/tenant-7\/reconnect\/calcom"/,
  )
  assert.doesNotMatch((await own.ask(`/connections/${id}`)).text, /action="\/connections"/)
  const refused = await own.ask('/connections', { client: 'calcom', connection: id })
  assert.equal(refused.status, 403, 'nobody gives consent for another owner')
})

test('an event is shown with its body, its attempts and what failed', async () => {
  const { text } = await stage.ask(`/events/${happened.waiting}`)
  assert.match(text, /<pre tabindex="0">.*gil@guests\.example/s)
  assert.match(text, /error &lt;img/)
  assert.match(text, /Try now/)
  const dead = await stage.ask(`/events/${happened.dead}`)
  assert.equal(dead.status, 503, 'no key opens what was planted')
  assert.match(dead.text, /It cannot be opened/)
  assert.equal((await stage.ask('/events/evt_1_1')).status, 404)
})

test('each dispatch of an event is shown, the newest first, with its error and how long it took', async () => {
  assert.match(
    await textOf(`/events/${happened.waiting}`),
    /Took 2 1 minute ago Interrupted failure .* 1234 ms 1 1 minute ago Not acknowledged the receiver answered 500 1234 ms/,
  )
  assert.match(await textOf('/events?state=pending'), /1 dispatch/)
})

test('refused webhooks and failed attempts are told in words', async () => {
  const refused = await textOf('/deliveries')
  assert.match(refused, /This version does not know the reason\..*bad_signature Its signature does not fit\./s)
  const attempts = await textOf('/attempts')
  assert.match(attempts, /access_denied The owner declined at the provider\./)
  assert.match(attempts, /constructor The provider refuses the client and says “constructor”/)
})

test('a client that the provider refuses shows its circuit breaker, since when and why', async () => {
  const text = await textOf('/clients')
  assert.match(text, /Cal\.com \(calcom-eu\) Refused Circuit breaker Open:.*Since .*The provider says.*What to do:/)
  assert.match(text, /Calendly Accepted Circuit breaker Closed/)
})

test('a provider that hangs delays no page but its own', async () => {
  await setFault(stage, { kind: 'hang', endpoint: 'api', provider: 'calendly', count: null })
  const requests = stage.sandbox.requests().length
  for (const path of pathsOf(happened).filter((one) => !/answers|bookings|book$/.test(one))) await stage.ask(path)
  assert.equal(stage.sandbox.requests().length, requests, 'no provider was asked')
  await stage.sandbox.handler(new Request(`${stage.sandbox.url}/control/faults`, { method: 'DELETE' }))
})
