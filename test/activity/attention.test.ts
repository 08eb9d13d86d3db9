// What needs a person, from what is known: each kind by itself, in the order of urgency, and nothing where all is well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Situation } from '../../src/activity/attention.ts'
import { attentionTexts } from '../../src/activity/attention-texts.ts'
import type { AttentionKind } from '../../src/core/attention.ts'
import type { ClientOverview, ErrorGroup, Tally, TallyOutcome } from '../../src/core/operator.ts'

const at = new Date('2030-01-01T12:00:00Z')
const ago = (minutes: number) => new Date(at.getTime() - minutes * 60_000)
const tally = (outcome: TallyOutcome, count: number, minutes = 5, client = 'calendly'): Tally => {
  return { at: ago(minutes), outcome, client, count }
}
const fine: ClientOverview = { health: 'accepted', since: null, reason: null, recent: { answered: 9, unanswered: 0 } }

const well: Situation = {
  at,
  storeFailure: null,
  tallies: {
    call: [tally('ok', 9)],
    refresh: [],
    webhook: [tally('accepted', 2)],
    dispatch: [tally('acknowledged', 2)],
  },
  clients: { calendly: fine, calcom: fine },
  connections: { calendly: { active: 3, needs_reconnect: 0, disconnected: 1 } },
  brokenSince: {},
  events: { dead: 0, oldestPendingMs: 1000, deadSince: null },
  errors: [],
  brokenWebhooks: [],
  refusals: [],
  journaled: 0,
  clockAheadMs: 200,
  missingKeys: [],
}

function group(facts: Partial<ErrorGroup>): ErrorGroup {
  const times = { firstAt: ago(300), lastAt: ago(10) }
  const error = { code: 'unexpected', reason: null, client: null, sentence: 'What went wrong.' } as const
  return { id: 'err_1', ...error, ...times, count: 1, connections: 0, ...facts }
}

const kindsOf = (situation: Partial<Situation>) => judge({ ...well, ...situation }).map(({ kind }) => kind)

/** For each kind: what makes it, and what almost does. */
const cases: Readonly<Record<AttentionKind, readonly [Partial<Situation>, Partial<Situation>]>> = {
  store: [{ storeFailure: { since: ago(3), reason: 'ECONNREFUSED', message: 'Not reached.' } }, {}],
  disk_full: [{ storeFailure: { since: ago(3), reason: 'SQLITE_FULL', message: 'Full.' } }, {}],
  database_moved: [
    { storeFailure: { since: ago(3), reason: 'file_moved', message: 'Moved.' } },
    { errors: [group({ code: 'store_unavailable', reason: 'file_moved' })] },
  ],
  keys: [
    { errors: [group({ code: 'value_unreadable', reason: 'unknown_key' })] },
    { errors: [group({ code: 'value_unreadable', reason: 'unknown_key', lastAt: ago(80) })] },
  ],
  journal: [{ journaled: 1 }, { errors: [group({ code: 'journal_unwritable', lastAt: ago(80) })] }],
  clock: [{ clockAheadMs: -31_000 }, { clockAheadMs: -29_000 }],
  client_misconfigured: [
    { clients: { calendly: { ...fine, health: 'misconfigured', since: ago(7), reason: 'invalid_client' } } },
    { clients: { calendly: { ...fine, health: 'suspected', since: ago(7), reason: 'invalid_client' } } },
  ],
  provider_away: [
    { clients: { calendly: { ...fine, recent: { answered: 4, unanswered: 5 } } } },
    { clients: { calendly: { ...fine, recent: { answered: 5, unanswered: 5 } } } },
  ],
  needs_reconnect: [
    {
      connections: { calendly: { active: 0, needs_reconnect: 2, disconnected: 0 } },
      brokenSince: { calendly: ago(90) },
    },
    { connections: { calendly: { active: 0, needs_reconnect: 0, disconnected: 2 } } },
  ],
  outcome_unknown: [
    { tallies: { ...well.tallies, call: [tally('unknown', 1, 600), tally('unknown', 2)] } },
    { tallies: { ...well.tallies, call: [tally('unavailable', 1)] } },
  ],
  events_stuck: [
    { events: { ...well.events, oldestPendingMs: 901_000 } },
    { events: { ...well.events, oldestPendingMs: 900_000 } },
  ],
  events_dead: [{ events: { ...well.events, dead: 1, deadSince: ago(9) } }, {}],
  handler_fails: [
    { tallies: { ...well.tallies, dispatch: [tally('failed', 3), tally('acknowledged', 2)] } },
    { tallies: { ...well.tallies, dispatch: [tally('failed', 9, 30), tally('failed', 2), tally('acknowledged', 2)] } },
  ],
  webhook_broken: [
    { brokenWebhooks: [{ connection: 'conn_1', client: 'calendly', since: ago(9), detail: 'No scope.' }] },
    {},
  ],
  webhooks_refused: [
    { tallies: { ...well.tallies, webhook: [tally('refused', 2)] } },
    { tallies: { ...well.tallies, webhook: [tally('refused', 2, 61)] } },
  ],
}

test('nothing needs a person where all is well', () => {
  assert.deepEqual(judge(well), [])
})

for (const [kind, [made, almost]] of Object.entries(cases))
  test(`${kind} is found, and not before`, () => {
    assert.deepEqual(kindsOf(made), [kind])
    assert.deepEqual(kindsOf(almost), [])
  })

test('each says since when, what it is about and how many', () => {
  const found = (kind: AttentionKind) => judge({ ...well, ...cases[kind][0] })[0]
  assert.deepEqual(found('client_misconfigured')?.since, ago(7))
  assert.match(found('client_misconfigured')?.sentence ?? '', /calendly \(invalid_client\)/)
  assert.deepEqual(found('needs_reconnect')?.subject, { client: 'calendly', connection: null, error: null })
  assert.deepEqual([found('needs_reconnect')?.count, found('needs_reconnect')?.since], [2, ago(90)])
  assert.deepEqual([found('outcome_unknown')?.count, found('outcome_unknown')?.since], [3, ago(600)])
  assert.deepEqual(found('webhook_broken')?.subject, { client: 'calendly', connection: 'conn_1', error: null })
  assert.deepEqual(found('events_stuck')?.since, new Date(at.getTime() - 901_000))
  assert.equal(found('clock')?.count, null)
})

test('a provider is away since most of what was sent got no answer', () => {
  const call = [
    tally('unavailable', 9, 60),
    tally('ok', 9, 50),
    tally('unavailable', 5, 30),
    tally('aborted', 5, 20),
    tally('unavailable', 5, 10),
  ]
  const clients = { calendly: { ...fine, recent: { answered: 0, unanswered: 5 } } }
  const [away] = judge({ ...well, clients, tallies: { ...well.tallies, call } })
  assert.deepEqual(away?.since, ago(30))
})

test('the most urgent comes first, and each kind has its texts', () => {
  const everything = Object.assign({}, well, cases.store[0], cases.clock[0], cases.events_dead[0], cases.journal[0])
  assert.deepEqual(kindsOf(everything), ['store', 'journal', 'events_dead', 'clock'])
  for (const text of Object.values(attentionTexts)) {
    const { sentence, fix } = text({ name: 'calendly', count: 1, detail: 'Why.' })
    for (const part of [sentence, fix]) assert.match(part, /^[A-Z0-9“].*[.)]$/, part)
  }
})
