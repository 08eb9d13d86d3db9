// What a connect session asks for, which clients it offers, and what a repair may change.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { schedulingVerbs } from '../../src/core/scheduling/verb-capabilities.ts'
import { type Client, type Connection, PunctualError } from '../../src/index.ts'
import { calcom, calendly, defineProvider } from '../../src/providers/index.ts'
import { type Capability, scheduling } from '../../src/scheduling/index.ts'
import { startConnectPage } from '../support/connect-page.ts'
import { all } from '../typed/person.ts'

const request = { owner: 'ada', returnTo: '/settings' }

const withoutScheduling = defineProvider({
  name: 'acme',
  issuer: 'https://acme.example',
  authorizationEndpoint: 'https://acme.example/authorize',
  tokenEndpoint: 'https://acme.example/token',
  apiBase: 'https://api.acme.example',
  identify: () => Promise.reject(new Error('never called')),
})

describe('the scopes of a connect session', () => {
  test('are those of each client', async (t) => {
    const { connectSessions } = (await startConnectPage(t)).punctual
    const { clients, scopes } = await connectSessions.create(request)
    assert.deepEqual(clients, ['calendly', 'calcom', 'calcom-public'])
    assert.deepEqual(scopes, {
      calendly: ['users:read', 'event_types:read', 'scheduled_events:read'],
      calcom: ['PROFILE_READ', 'SCHEDULE_READ', 'BOOKING_READ'],
      'calcom-public': ['PROFILE_READ', 'SCHEDULE_READ'],
    })
  })

  test('are those that are given, and are asked for at the provider', async (t) => {
    const { connectSessions } = (await startConnectPage(t)).punctual
    const one = await connectSessions.create({ ...request, clients: ['calendly'], scopes: ['users:read'] })
    assert.deepEqual(one.scopes, { calendly: ['users:read'] })
    const { url } = await connectSessions.begin(one.id, 'calendly')
    assert.equal(url.searchParams.get('scope'), 'users:read')
    const each = { calendly: ['users:read'], calcom: ['PROFILE_READ', 'PROFILE_READ'] }
    const several = await connectSessions.create({ ...request, clients: ['calcom', 'calendly'], scopes: each })
    assert.deepEqual(several.scopes, { calcom: ['PROFILE_READ'], calendly: ['users:read'] })
    const some = await connectSessions.create({ ...request, scopes: { calendly: ['users:read'] } })
    assert.deepEqual(some.scopes['calcom-public'], ['PROFILE_READ', 'SCHEDULE_READ'])
  })

  test('of features are what the verbs need there, and what tells whose account it is', async (t) => {
    const { connectSessions } = (await startConnectPage(t)).punctual
    const ofFeatures = async (...features: typeof schedulingVerbs) =>
      (await connectSessions.create({ ...request, clients: ['calendly', 'calcom'], features })).scopes
    assert.deepEqual(await ofFeatures('me'), { calendly: ['users:read'], calcom: ['PROFILE_READ'] })
    assert.deepEqual(await ofFeatures('bookings', 'cancel'), {
      calendly: ['users:read', 'scheduled_events:read', 'scheduled_events:write'],
      calcom: ['PROFILE_READ', 'BOOKING_READ'],
    })
  })

  test('of features are covered by a scope of the app that includes them, or are all where the model has no facts', async (t) => {
    const app = { clientId: 'id', clientSecret: 'secret' }
    const clients: Client[] = [
      calendly({ ...app, id: 'old', scopes: ['default'] }),
      calendly({ ...app, id: 'writes', scopes: ['users:read', 'scheduled_events:write'] }),
      calcom({ ...app, id: 'legacy', scopes: ['READ_BOOKING', 'READ_PROFILE'] }),
      withoutScheduling({ ...app, scopes: ['calendar'] }),
    ]
    const { connectSessions } = (await startConnectPage(t, { clients })).punctual
    const { scopes } = await connectSessions.create({ ...request, features: ['me', 'bookings', 'cancel'] })
    assert.deepEqual(scopes, {
      old: ['default'],
      writes: ['users:read', 'scheduled_events:write'],
      legacy: ['READ_BOOKING'],
      acme: ['calendar'],
    })
  })

  for (const client of ['calendly', 'calcom'] as const)
    test(`of a verb let it be called: ${client}`, async (t) => {
      const page = await startConnectPage(t)
      for (const verb of schedulingVerbs) {
        const features = [verb]
        const { id } = await page.punctual.connectSessions.create({ ...request, clients: [client], features })
        await page.travel(id, client, { account: 'eve' })
        const connection = await page.punctual.complete({ session: id, owner: 'ada' })
        assert.deepEqual(await refusedScopes(connection, verb), [], verb)
        // A provider may limit how often one account connects.
        page.host.sandbox.clock.advance(60)
      }
    })

  test('are refused where they are not the provider’s, or another client’s', async (t) => {
    const { connectSessions } = (await startConnectPage(t)).punctual
    const wrong: [object, RegExp][] = [
      [{ scopes: ['users:read'] }, /scopes must be an object with a list for each client/],
      [{ clients: ['calendly'], scopes: ['PROFILE_READ'] }, /scopes\[0\] "PROFILE_READ" is not a scope of Calendly/],
      [{ scopes: { calcom: ['PROFILE_READ', 'x'] } }, /scopes\.calcom\[1\] "x" is not a scope of Cal\.com/],
      [{ clients: ['calcom'], scopes: { calendly: ['users:read'] } }, /scopes\.calendly is not one of the clients/],
      [{ scopes: { calcom: 'PROFILE_READ' } }, /scopes\.calcom must be a list of scopes/],
      [{ scopes: { calcom: ['a b'] } }, /scopes\.calcom\[0\] must be one scope/],
      [{ scopes: 7 }, /scopes must be a list of scopes, or an object/],
      [{ features: [] }, /features is empty/],
      [{ features: ['steal'] }, /features\[0\] must be "me", /],
      [{ clients: [] }, /clients is empty/],
      [{ clients: ['other'] }, /clients must be among calendly, calcom, calcom-public\. One is "other"/],
      [{ clients: [7] }, /One is a value of the type number/],
      [{ owner: '' }, /owner must be the host application's id/],
      [{ owner: '  ' }, /owner must be .*not of white space alone/],
      [{ scopes: [] }, /scopes is empty\. List at least one/],
      [{ scopes: { calcom: [] } }, /scopes\.calcom is empty\. List at least one/],
      [{ scopes: { calcom: ['PROFILE_READ'] }, features: ['me'] }, /scopes and features exclude each other/],
      [{ anotherAccount: true }, /anotherAccount is for a session that repairs a connection/],
      [{ returnTo: '' }, /returnTo must be a whole address, or a path that begins with "\/"/],
      [{ returnTo: 'settings' }, /returnTo must be a whole address, or a path/],
      [{ returnTo: '?tab=1' }, /returnTo must be a whole address, or a path/],
      [{ returnTo: 'javascript:alert(1)' }, /returnTo must be an address on http:\/\/localhost:3000/],
      [{ returnTo: `/${'x'.repeat(2048)}` }, /returnTo must be an address of at most 2048 characters/],
      [{ anotherAccount: 'yes' }, /anotherAccount must be true or false/],
      [{ client: 'calendly' }, /client is not an option/],
    ]
    for (const [change, message] of wrong)
      await assert.rejects(connectSessions.create({ ...request, ...change }), (error: PunctualError) => {
        assert.equal(error.code, 'invalid_argument')
        assert.match(error.message, /^connectSessions\.create: /)
        assert.match(error.message, message)
        return true
      })
    const { id } = await connectSessions.create({ ...request, clients: ['calcom'] })
    await assert.rejects(connectSessions.begin(id, 'calendly'), {
      code: 'invalid_argument',
      message: 'connectSessions.begin: client must be one of calcom. It is "calendly".',
    })
  })
})

/** The scopes for lack of which the verb is refused, asked before and at a call that reads. */
async function refusedScopes(
  connection: Connection,
  verb: (typeof schedulingVerbs)[number],
): Promise<readonly string[]> {
  const own: Partial<Record<typeof verb, Capability>> = {
    slots: 'slots',
    hold: 'hold',
    book: 'book',
    reschedule: 'reschedule',
    cancel: 'cancel',
    markNoShow: 'noShow',
  }
  const calendar = scheduling(connection)
  const what = own[verb]
  const can = what && calendar.can(what)
  // Neither exists; what may not be read is refused before that.
  const [base = '', isAddress] = connection.account.id.split(/(?<=\/)users\//)
  const eventType = isAddress ? `${base}event_types/AAAAAAAAAAAAAAAA` : '999999'
  const id = isAddress ? `${base}scheduled_events/AAAAAAAAAAAAAAAA` : 'AAAAAAAAAAAAAAAA'
  const reads = {
    me: () => calendar.me(),
    eventTypes: () => all(calendar.eventTypes()),
    schedules: () => all(calendar.schedules()),
    bookings: () => all(calendar.bookings()),
    eventType: () => calendar.eventType(eventType),
    booking: () => calendar.booking(id),
    slots: () => all(calendar.slots({ eventType, from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' })),
    hold: () => calendar.hold({ eventType, start: '2030-01-01T00:00:00Z' }),
    book: () =>
      calendar.book(
        {
          eventType,
          start: '2030-01-01T00:00:00Z',
          attendee: { name: 'A', email: 'a@b.example', timeZone: 'UTC' },
        },
        { key: verb },
      ),
    reschedule: () => calendar.reschedule(id, { start: '2030-01-01T00:00:00Z' }, { key: verb }),
    cancel: () => calendar.cancel(id, { key: verb }),
    markNoShow: () => calendar.markNoShow(id, { attendee: 'a@b.example' }),
  }
  const error = await reads[verb]().then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(error === null || error instanceof PunctualError, String(error))
  const missing = error?.code === 'insufficient_scope' ? (error.scopes ?? ['not named']) : []
  return can?.yes === false && can.because === 'scope' ? [...missing, ...(can.missing ?? [])] : missing
}

describe('a session that repairs a connection', () => {
  test('offers its client alone, and gives the same connection a new grant', async (t) => {
    const { punctual, travel } = await startConnectPage(t)
    const first = await punctual.connectSessions.create(request)
    await travel(first.id, 'calendly')
    const { id } = await punctual.complete({ session: first.id, owner: 'ada' })
    const repair = await punctual.connectSessions.create({ ...request, connection: id })
    assert.deepEqual([repair.clients, repair.connection], [['calendly'], id])
    await travel(repair.id, 'calendly')
    const connection = await punctual.complete({ session: repair.id, owner: 'ada' })
    assert.deepEqual([connection.id, (await connection.token()).generation], [id, 2])
  })

  test('keeps what the connection may do, and adds what is asked for', async (t) => {
    const { punctual, travel } = await startConnectPage(t)
    const has = ['users:read', 'scheduled_events:read', 'webhooks:write']
    const first = await punctual.connectSessions.create({ ...request, clients: ['calendly'], scopes: has })
    await travel(first.id, 'calendly')
    const { id } = await punctual.complete({ session: first.id, owner: 'ada' })
    const both = [...has, 'event_types:read']
    for (const [asked, expected] of [
      [{ features: ['bookings', 'eventTypes'] }, both],
      [{ scopes: ['users:read'] }, both],
      [{}, both],
    ] as const) {
      const repair = await punctual.connectSessions.create({ ...request, ...asked, connection: id })
      assert.deepEqual([...(repair.scopes.calendly ?? [])].sort(), [...expected].sort())
      await travel(repair.id, 'calendly')
      const { scopes } = await punctual.complete({ session: repair.id, owner: 'ada' })
      assert.deepEqual([...scopes].sort(), [...expected].sort())
    }
  })

  test('refuses another account, and lets the person choose again', async (t) => {
    const { host, punctual, travel } = await startConnectPage(t)
    const first = await punctual.connectSessions.create(request)
    await travel(first.id, 'calendly', { account: 'ada' })
    const { id } = await punctual.complete({ session: first.id, owner: 'ada' })
    const repair = await punctual.connectSessions.create({ ...request, connection: id })
    const complete = () => punctual.complete({ session: repair.id, owner: 'ada' })
    await travel(repair.id, 'calendly', { account: 'eve' })
    await assert.rejects(complete(), { code: 'account_mismatch' })
    await assert.rejects(complete(), { code: 'account_mismatch' })
    assert.equal((await punctual.connectSessions.get(repair.id)).state, 'open')
    host.sandbox.clock.advance(1)
    await travel(repair.id, 'calendly', { account: 'ada' })
    assert.equal((await complete()).id, id)
    const move = await punctual.connectSessions.create({ ...request, connection: id, anotherAccount: true })
    await travel(move.id, 'calendly', { account: 'eve' })
    const moved = await punctual.complete({ session: move.id, owner: 'ada' })
    assert.equal(moved.id, id)
  })

  test('is not for a connection of another owner, or one that was disconnected', async (t) => {
    const { host, punctual, travel, consent, callback, arrive } = await startConnectPage(t)
    const { connectSessions } = punctual
    const first = await connectSessions.create(request)
    await travel(first.id, 'calendly')
    const connection = await punctual.complete({ session: first.id, owner: 'ada' })
    const repair = { ...request, connection: connection.id }
    const gone = { code: 'connection_not_found' }
    // Whether another owner has that connection, and through which client, is not told.
    const missing = await connectSessions.create({ ...repair, connection: 'connection_x' }).catch((error) => error)
    await assert.rejects(connectSessions.create({ ...repair, owner: 'mallory' }), { ...gone, message: missing.message })
    await assert.rejects(connectSessions.create({ ...repair, clients: ['calcom'] }), gone)
    await assert.rejects(connectSessions.create({ ...repair, connection: 'connection_unknown' }), gone)
    await assert.rejects(connectSessions.create({ ...repair, connection: 7 as never }), gone)
    // Disconnected while one person is at the page and another at the provider.
    const [open, held] = [await connectSessions.create(repair), await connectSessions.create(repair)]
    const trip = await consent(held.id, 'calendly')
    await connection.disconnect()
    host.forget()
    await assert.rejects(connectSessions.begin(open.id, 'calendly'), gone)
    await arrive(held.id, await callback(trip))
    await assert.rejects(punctual.complete({ session: held.id, owner: 'ada' }), gone)
    await assert.rejects(connectSessions.create(repair), gone)
    assert.equal(host.tokenRequests(), 0)
    assert.equal((await punctual.connections.get(connection.id)).status, 'disconnected')
  })
})

test('where the callback knows who is signed in, the session is completed at once', async (t) => {
  let person: string | null = 'ada'
  const page = await startConnectPage(t, { currentOwner: () => person })
  const { punctual, travel, callback, consent } = page
  const { id } = await punctual.connectSessions.create({ ...request, clients: ['calendly'] })
  person = 'mallory'
  const refused = await travel(id, 'calendly')
  assert.equal(refused.search, '?punctual=failed&error=attempt_refused&reason=another_person')
  assert.equal(page.host.tokenRequests(), 0)
  person = 'ada'
  const done = await callback(await consent(id, 'calendly'))
  assert.equal(done.searchParams.get('punctual'), 'connected')
  const strange = await punctual.connectSessions.create({ ...request, owner: 'mallory' })
  const other = await punctual.connectSessions.create({ ...request, clients: ['calcom'] })
  for (const one of [strange, other]) {
    const end = await page.arrive(one.id, done)
    assert.equal(end.search, '?punctual=failed&error=attempt_refused&reason=unknown')
  }
  const end = await page.arrive(id, done)
  assert.equal(end.searchParams.get('punctual_session'), id)
  const connection = await punctual.complete({ session: id, owner: 'ada' })
  assert.equal(connection.id, done.searchParams.get('connection'))
  assert.equal(page.host.tokenRequests(), 1)
})
