import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuditEntry, ConnectionFacts } from '../../src/index.ts'
import { setFault } from '../support/host.ts'
import { startOperated } from './operated.ts'
import { run } from './start.ts'

type Facts = Pick<ConnectionFacts, 'id' | 'owner' | 'client' | 'status' | 'account'>

describe('connections', { concurrency: 2 }, () => {
  test('they are listed for a person in a table, for a program a line each, and by owner, text and status', async (t) => {
    const place = await startOperated(t)
    const ada = await place.connect('calendly', { owner: 'ada', account: 'ada' })
    place.person = 'ben'
    const ben = await place.connect('calcom', { owner: 'ben', account: 'ben' })
    const table = await place.command('connections', 'list')
    assert.deepEqual([table.code, table.stderr], [0, ''])
    const [head = '', ...rows] = table.stdout.trimEnd().split('\n')
    assert.match(head, /^id +owner +account +client +status +changed$/)
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/).slice(0, 2)),
      [
        [ada.id, 'ada'],
        [ben.id, 'ben'],
      ],
    )
    assert.ok(!table.stdout.includes('\u001b'), 'no colour where it is piped')
    assert.deepEqual(
      (await place.lines<Facts>('connections', 'list')).map(({ id, owner }) => [id, owner]),
      [
        [ada.id, 'ada'],
        [ben.id, 'ben'],
      ],
    )
    const found = async (...words: string[]) =>
      (await place.lines<Facts>('connections', 'list', ...words)).map(({ id }) => id)
    assert.deepEqual(await found('--owner', 'ben'), [ben.id])
    assert.deepEqual(await found('Lindq'), [ada.id])
    assert.deepEqual(await found(ben.id), [ben.id])
    assert.deepEqual(await found('--client', 'calendly'), [ada.id])
    assert.deepEqual(await found('--status', 'needs_reconnect'), [])
    const first = await place.command('connections', 'list', '--limit', '1')
    assert.match(first.stdout, /^There are more: --all lists them/m)
    assert.equal((await place.command('connections', 'list', '--all')).stdout.trimEnd().split('\n').length, 3)
  })

  test('one is shown with its life and without its tokens', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada' })
    const { accessToken } = await (await place.punctual.connections.get(id)).token()
    const shown = await place.command('connections', 'show', id)
    assert.equal(shown.code, 0)
    assert.match(shown.stdout, new RegExp(`^id +${id}$`, 'm'))
    assert.match(shown.stdout, /^account +Ada Lindqvist </m)
    assert.match(shown.stdout, /^when +what happened$/m)
    const object = await place.json<{ connection: Facts; history: unknown[]; webhooks: unknown[] }>(
      'connections',
      'show',
      id,
    )
    assert.deepEqual([object.connection.id, object.webhooks], [id, []])
    assert.ok(object.history.length > 0)
    for (const text of [shown.stdout, JSON.stringify(object)]) assert.ok(!text.includes(accessToken))
  })

  test('a test ends with 0 where the connection works, and with 1 where it does not', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calcom', { account: 'ada' })
    const works = await place.command('connections', 'test', id)
    assert.match(works.stdout, /^✔ It works: answered in \d+ ms\.$/m)
    assert.equal(works.code, 0)
    await setFault(place, { kind: 'status', status: 500, endpoint: 'api', count: null })
    const fails = await place.command('connections', 'test', id)
    assert.match(fails.stdout, /^✘ It does not work: /m)
    assert.equal(fails.code, 1)
    const { connection, ok } = await place.json<{ connection: string; ok: boolean }>('connections', 'test', id)
    assert.deepEqual([connection, ok], [id, false])
  })

  test('a refresh brings a new token; where it brings none the command ends with 1; both are in the audit', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada' })
    const { generation } = await (await place.punctual.connections.get(id)).token()
    const result = await place.json<{ outcome: string; generation: number }>('connections', 'refresh', id)
    assert.deepEqual([result.outcome, result.generation], ['renewed', generation + 1])
    await setFault(place, { kind: 'status', status: 503, endpoint: 'token', count: null })
    const again = await place.command('connections', 'refresh', id)
    assert.equal(again.code, 1)
    assert.match(again.stdout, /^✘ The provider gave no usable answer \(server_error\)\. Try again in \d+ s\.$/m)
    const { items } = await place.punctual.operator.audit()
    assert.deepEqual(
      items.map(({ actor, action, subject, outcome }: AuditEntry) => [
        /^command line \(.+\)$/.test(actor),
        action,
        subject,
        outcome,
      ]),
      [
        [true, 'refresh', id, 'unavailable'],
        [true, 'refresh', id, 'renewed'],
      ],
    )
  })

  test('a reconnect link names a session that repairs this connection', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada', owner: 'ada' })
    const { url, returnTo } = await place.json<{ url: string; returnTo: string }>(
      'connections',
      'reconnect-link',
      id,
      '--return-to',
      'http://localhost:3000/back',
    )
    assert.equal(returnTo, 'http://localhost:3000/back')
    const session = await place.punctual.connectSessions.get(new URL(url).pathname.split('/').at(-1) ?? '')
    assert.deepEqual([session.connection, session.owner], [id, 'ada'])
    const elsewhere = await place.command('connections', 'reconnect-link', id, '--return-to', 'https://evil.example')
    assert.equal(elsewhere.code, 2)
    assert.match(elsewhere.stderr, /^returnTo must be /)
  })

  test('disconnect asks; without anybody to ask it needs --yes, and then it ends and revokes', async (t) => {
    const place = await startOperated(t, { deliverTo: () => {} })
    const { id } = await place.connect('calendly', { account: 'ada' })
    const asked = await place.command('connections', 'disconnect', id)
    assert.deepEqual([asked.code, asked.stdout], [2, ''])
    assert.match(asked.stderr, /^This ends the connection .* and revokes its grant .*: give --yes\.$/m)
    assert.equal((await place.punctual.connections.get(id)).status, 'active')
    const ended = await place.json<{ connection: string; revoked: string[] }>('connections', 'disconnect', id, '--yes')
    assert.equal(ended.connection, id)
    assert.ok(ended.revoked.length > 0)
    assert.equal((await place.punctual.connections.get(id)).status, 'disconnected')
    const { events } = await place.punctual.events.list({ state: 'pending' })
    assert.ok(
      events.some(({ type, connection }) => type === 'connection.disconnected' && connection === id),
      'the application gets the event',
    )
    const twice = await place.command('connections', 'disconnect', id, '--yes')
    assert.equal(twice.code, 1)
  })

  test("unknown ids and another owner's connections are not found, wrong arguments end with 2", async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada', owner: 'ada' })
    const missing =
      /^There is no connection with this id, or it was disconnected or belongs to another owner: punctual /
    const cases: readonly (readonly [words: readonly string[], code: number, sentence: RegExp])[] = [
      ...['show', 'test', 'refresh', 'reconnect-link', 'disconnect'].flatMap((name): [string[], number, RegExp][] => [
        [[name, 'connection_unknown'], 1, missing],
        [[name, id, '--owner', 'ben'], 1, missing],
      ]),
      [['show'], 2, /^error: missing required argument 'id'/],
      [['list', '--status', 'broken'], 2, /^error: option '--status <status>' argument 'broken' is invalid/],
      [['list', '--limit', '0'], 2, /^error: option '--limit <count>' argument '0' is invalid/],
      [['list', 'a', '--owner', 'b'], 2, /^Give a text to search for, or --owner/],
      [['show', id, '--owner', ''], 2, /^owner must /],
    ]
    for (const [words, code, sentence] of cases) {
      const ended = await place.command('connections', ...words)
      assert.deepEqual([ended.code, ended.stdout], [code, ''], words.join(' '))
      assert.match(ended.stderr, sentence)
    }
  })

  test('what calls a provider needs its client in the settings; what looks does not, nor a key', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada' })
    const bare = { PUNCTUAL_DATABASE: place.database }
    assert.equal((await run(['connections', 'show', id], bare)).code, 0)
    const unset = await run(['connections', 'test', id], { ...bare, PUNCTUAL_KEYS: place.settings.PUNCTUAL_KEYS ?? '' })
    assert.equal(unset.code, 2)
    assert.match(
      unset.stderr,
      /^This calls the provider, and the settings do not name its client: set CALENDLY_CLIENT_ID /,
    )
    const keyless = await run(['connections', 'test', id], bare)
    assert.equal(keyless.code, 1)
    assert.match(keyless.stderr, /its key file .* is missing/)
    const otherKey = Buffer.alloc(32, 9).toString('base64url')
    const locked = await run(['connections', 'refresh', id], { ...place.settings, PUNCTUAL_KEYS: otherKey })
    assert.equal(locked.code, 1)
    assert.match(locked.stderr, /key/)
  })
})
