import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Webhook } from 'standardwebhooks'

import { systemClock } from '../../src/core/clock.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startReceiver } from '../support/receiver.ts'
import { browse, connect } from './browse.ts'
import { startOperated } from './operated.ts'
import { type Ended, emptyFolder, run, startCommand, startDev } from './start.ts'

/** A database with one pending and two dead events. */
async function outbox(t: TestContext) {
  const database = join(emptyFolder(), 'punctual.db')
  const store = sqlite(database)
  await store.open(systemClock)
  t.after(() => store.close())
  for (const name of ['invitee.created', 'invitee.canceled', 'BOOKING_CREATED']) {
    const of = { type: 'webhook.received', connection: 'connection_1', owner: 'ada', client: 'calendly' }
    const content = { orderingKey: name, orderAt: 1, data: { name, createdAt: 1 }, key: name, body: 'p1.key.sealed' }
    assert.deepEqual(await store.outbox.accept([{ ...of, ...content, maxWaitMs: 0 }]), [true])
  }
  const leased = await store.outbox.take('a test', 2, 60_000)
  for (const { id } of leased) await store.outbox.fail(id, 'a test', 'the receiver answered 500', null)
  const settings = { PUNCTUAL_DATABASE: database }
  return {
    store,
    settings,
    dead: leased.map(({ id }) => id),
    command: (...words: string[]) => run(['events', ...words], settings),
  }
}

test('pending and dead events are listed in a table, without their bodies', async (t) => {
  const { command, dead } = await outbox(t)
  const all = await command()
  assert.deepEqual([all.code, all.stderr], [0, ''])
  const [head = '', ...rows] = all.stdout.trim().split('\n')
  assert.match(head, /^id +written +state +what +of +to +tries +error$/)
  assert.equal(rows.length, 3)
  assert.match(all.stdout, / dead +webhook\.received \(\S+\) +connection_1 +1 +the receiver answered 500$/m)
  assert.match(all.stdout, / pending +webhook\.received \(\S+\) +connection_1 +0$/m)
  assert.ok(!all.stdout.includes('p1.key'))
  assert.equal((await command('list')).stdout, all.stdout)
  const idsOf = ({ stdout }: Ended) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id)
      .sort()
  assert.deepEqual(idsOf(await command('--dead', '--json')), [...dead].sort())
  assert.deepEqual(idsOf(await command('list', '--state', 'dead', '--json')), [...dead].sort())
  const [first] = (await command('--limit', '1')).stdout.trim().split('\n').slice(1)
  assert.match(first ?? '', /^evt_/)
  assert.match((await command('--limit', '1')).stdout, /^There may be more: --all lists them\.$/m)
})

test('one dead event can be replayed, or all of them', async (t) => {
  const { command, dead, store } = await outbox(t)
  const [first = '', second = ''] = dead
  const one = await command('replay', first)
  assert.deepEqual([one.code, one.stdout], [0, '1 event is dispatched again while Punctual runs.\n'])
  assert.deepEqual(
    [(await store.outbox.get(first))?.state, (await store.outbox.get(second))?.state],
    ['pending', 'dead'],
  )
  assert.equal((await command('replay', '--since', '2031-01-01')).stdout, 'No event that was given up was found.\n')
  const all = await command('replay', '--since', '1h', '--json')
  assert.deepEqual(JSON.parse(all.stdout), { replayed: 1 })
  assert.equal((await command('replay', '--all')).stdout, 'No event that was given up was found.\n')
  assert.equal((await command('--dead')).stdout, 'No event was given up.\n')
})

test('an event that cannot be replayed is refused with a sentence', async (t) => {
  const { command, store, dead } = await outbox(t)
  const [waiting] = await store.outbox.list({ state: 'pending', limit: 1 })
  for (const [words, code, sentence] of [
    [
      ['replay', 'evt_unknown'],
      1,
      'There is no event evt_unknown: punctual events --dead lists the events that were given up.',
    ],
    [['replay', waiting?.id ?? ''], 1, 'The event is pending; only a dead event can be replayed.'],
    [['replay'], 2, 'Give the id of one event, --since or --all: punctual events --dead lists the ids.'],
    [
      ['replay', 'evt_1', '--all'],
      2,
      'Give the id of one event, --since or --all: punctual events --dead lists the ids.',
    ],
    [
      ['replay', '--since', 'yesterday'],
      2,
      '--since yesterday is not a time: give how long ago, such as 12h, or a date such as 2026-11-27T02:00Z.',
    ],
    [['retry', dead[0] ?? ''], 1, 'The event is dead; only a pending event can be tried now.'],
    [['retry', 'evt_unknown'], 1, 'There is no event with this id: punctual events list lists the ids.'],
    [['show', 'evt_unknown'], 1, 'There is no event with this id: punctual events list lists the ids.'],
    [
      ['show', dead[0] ?? '', '--owner', 'ben'],
      1,
      'There is no event with this id: punctual events list lists the ids.',
    ],
  ] as const) {
    const ended = await command(...words)
    assert.deepEqual([ended.code, ended.stdout, ended.stderr], [code, '', `${sentence}\n`])
  }
  const nowhere = await run(['events'], { PUNCTUAL_DATABASE: 'nowhere.db' })
  assert.deepEqual([nowhere.code, nowhere.stdout], [1, ''])
  assert.match(
    nowhere.stderr,
    /^There is no database nowhere\.db: set PUNCTUAL_DATA or PUNCTUAL_DATABASE, start Punctual first, or make /,
  )
})

test('dev acknowledges the events that its page shows, but not those of a database that the settings name', async (t) => {
  const { store, settings } = await outbox(t)
  const named = await startDev(emptyFolder(), { ...settings, PUNCTUAL_KEYS: randomBytes(32).toString('base64url') })
  await connect(browse(), named.page, 'calendly')
  const withNamed = await browse().open(`${named.page}events`)
  await named.stop()
  assert.match(
    withNamed.text,
    /Nothing here acknowledges them, so they wait\. To have them sent to your application, set PUNCTUAL_EVENTS_URL/,
  )
  assert.equal((await store.outbox.list({ state: 'pending', limit: 10 })).length, 1)

  const folder = emptyFolder()
  const own = await startDev(folder)
  await connect(browse(), own.page, 'calendly')
  const withOwn = await browse().open(`${own.page}events`)
  await own.stop()
  assert.match(
    withOwn.text,
    /This page acknowledges them itself\. To have them sent to your application, set PUNCTUAL_EVENTS_URL/,
  )
  const { stdout } = await run(['events'], { PUNCTUAL_DATA: join(folder, 'data') }, folder)
  assert.equal(stdout, 'No event is waiting, and none was given up.\n')
})

test('dev posts its events, signed, to the address of the settings', async (t) => {
  const receiver = await startReceiver(t)
  const [secret, other] = [0, 1].map(() => `whsec_${randomBytes(32).toString('base64')}`)
  const dev = await startDev(emptyFolder(), {
    PUNCTUAL_EVENTS_URL: receiver.url,
    PUNCTUAL_EVENTS_SECRETS: `${secret}, ${other}`,
  })
  await connect(browse(), dev.page, 'calendly')
  await receiver.until(1)
  await dev.stop()
  const [received] = receiver.received
  for (const key of [secret, other]) {
    const event = new Webhook(key ?? '').verify(received?.body ?? '', received?.headers ?? {}) as { type: string }
    assert.equal(event.type, 'connection.created')
  }
  assert.match(dev.output(), /^Events go to http:\/\/127\.0\.0\.1:\d+, signed\.$/m)
  assert.ok(!dev.output().includes(secret?.slice(6) ?? ''))
})

test('a booking event is listed by the id that the host application knows, with the provider’s word', async (t) => {
  const { store, command } = await outbox(t)
  const of = { type: 'booking.created', connection: 'connection_1', owner: 'ada', client: 'calendly' }
  const data = { name: 'invitee.created', createdAt: 1, booking: 'b1', replaces: null, chain: 'chn_1' }
  const content = { orderingKey: 'chain', orderAt: 1, data, key: 'chg_one', body: 'p1.key.sealed', maxWaitMs: 0 }
  await store.outbox.accept([{ ...of, ...content }])
  const { stdout } = await command()
  assert.match(stdout, /^chg_one +\S+ \S+ +pending +booking\.created \(invitee\.created\) +connection_1 +0$/m)
})

test('an event is shown with what the provider sent, if the key is at hand, and is due at once when it is tried', async (t) => {
  const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']
  const deliverTo = () => Promise.reject(new Error('not yet'))
  const place = await startOperated(t, { deliverTo })
  const { id } = await place.connect('calcom', { account: 'ada', owner: 'ada', scopes })
  const [created] = await place.lines<{ id: string; type: string }>('events', 'list')
  assert.equal(created?.type, 'connection.created')
  const shown = await place.command('events', 'show', created?.id ?? '')
  assert.match(shown.stdout, new RegExp(`^connection +${id}$`, 'm'))
  assert.match(shown.stdout, /^body +none: it reports a change of Punctual itself$/m)
  const { retried } = await place.json<{ retried: number }>('events', 'retry', created?.id ?? '')
  assert.equal(retried, 1)
  const { items } = await place.punctual.operator.audit()
  assert.deepEqual([items[0]?.action, items[0]?.subject], ['event_retry', created?.id])
})

test('an event is shown with each dispatch that failed', async (t) => {
  const place = await startOperated(t, { deliverTo: () => Promise.reject(new Error('not yet')) })
  // Before anything is connected: an event may be dispatched as soon as it is written, and its fault is reported once.
  const failed = new Promise<void>((resolve) => {
    place.punctual.on((event) => event.type === 'fault' && event.code === 'deliver_to_failed' && resolve())
  })
  await place.connect('calendly', { account: 'ada', owner: 'ada' })
  place.punctual.start()
  await failed
  await place.punctual.stop()
  const [event] = await place.lines<{ id: string }>('events', 'list')
  const { stdout } = await place.command('events', 'show', event?.id ?? '')
  assert.match(stdout, /^dispatch 1 +\S+ \S+ failed after \d+ ms, the handler threw \(Error\)$/m)
  const { dispatches } = await place.json<{ dispatches: object[] }>('events', 'show', event?.id ?? '')
  assert.equal(dispatches.length, 1)
})

test('tail prints what is written while it runs, and ends with 0 when it is stopped', async (t) => {
  const place = await startOperated(t, { deliverTo: () => {} })
  const first = await place.connect('calendly', { account: 'ada', owner: 'ada' })
  const tail = startCommand(['events', 'tail', '--lines', '1'], place.settings, place.folder)
  await tail.until(new RegExp(`evt_\\S+ {2}connection\\.created {2}${first.id}\n[^]*Waiting`))
  const second = await place.connect('calcom', { account: 'ada', owner: 'ada' })
  await tail.until(new RegExp(`evt_\\S+ {2}connection\\.created {2}${second.id}`))
  const { code, stdout, stderr } = await tail.stop('SIGINT')
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(stdout.split('connection.created').length, 3)
})
