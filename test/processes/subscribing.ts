// A process is killed while it changes one connection's webhooks; then the next process must bring everything in order, by
// itself or on a repeated request, as a host application makes it at every start.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { SubscriptionRow } from '../../src/core/store/subscriptions.ts'
import type { Connection, Punctual } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { clockFromStart } from '../support/dates.ts'
import { type Host, startHost } from '../support/host.ts'
import { type Case, monday } from '../webhooks/host.ts'
import { runWorker } from './run-worker.ts'

/** What the process does when it is killed. */
export interface Change {
  readonly name: string
  readonly work: 'subscribe' | 'unsubscribe' | 'disconnect' | 'keep'
  /** The events before; and the events wanted from now on, `null`: none. */
  before(of: Case): readonly string[] | null
  wanted(of: Case): readonly string[] | null
}

/** How the next process recovers. */
export type Continuation = 'asked again' | 'left to the keeper'

interface Round {
  readonly host: Host
  readonly of: Case
  readonly act: Change
  readonly connection: Connection
  /** The database, as the test reads it. */
  readonly store: ReturnType<typeof sqlite>
  /** The answers that the provider got. */
  readonly answers: { url: string; status: number }[]
  /** What receives deliveries; `null`: nothing. */
  receiver: Punctual | null
}

interface ProviderSubscription {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly state: string
}

/** Kills one process with its own database file. Returns whether it was killed before its work was done. */
export async function killAt(
  t: TestContext,
  database: string,
  of: Case,
  act: Change,
  fatal: number,
  next: Continuation,
): Promise<boolean> {
  const round = await begin(t, database, of, act)
  const { host, connection } = round
  const { calendly, calcom, calendlyWebhookKey } = host.sandbox
  const ended = await runWorker({
    database,
    sandbox: { calendly: { ...calendly, webhookKeys: [calendlyWebhookKey] }, calcom },
    ahead: host.sandbox.clock.now() - Date.now(),
    fatal,
    work: {
      kind: 'webhooks',
      act: act.work,
      connection: connection.id,
      events: act.wanted(of) ?? [],
      hooks: of.hooks,
    },
  })
  const killed = ended.signal === 'SIGKILL'
  assert.ok(killed || ended.code === 0, ended.errors)
  await checkRecovery(round, database, killed ? next : 'left to the keeper')
  return killed
}

async function begin(t: TestContext, database: string, of: Case, act: Change): Promise<Round> {
  const answers: Round['answers'] = []
  const store = sqlite(database)
  const host = await startHost(
    t,
    { store },
    {
      now: clockFromStart(),
      async deliver(url, { headers, body }) {
        if (!round.receiver) throw new Error('no receiver runs')
        const answer = await round.receiver.handler(new Request(url, { method: 'POST', headers, body }))
        answers.push({ url, status: answer.status })
        return answer
      },
    },
  )
  const connection = await host.connect(of.client, { scopes: of.scopes, account: 'ada' })
  const before = act.before(of)
  if (before) await host.punctual.webhooks.subscribe(connection, before)
  const round: Round = { host, of, act, connection, store, answers, receiver: null }
  if (act.work === 'keep') await disable(round)
  return round
}

/** More than a day without an answer to a delivery. */
async function disable({ host, of, connection }: Round): Promise<void> {
  await of.book(connection, '2026-11-30T10:00:00Z')
  for (let hours = 0; hours < 30; hours += 6) {
    await host.sandbox.delivered()
    host.sandbox.clock.advance(6 * 3600)
  }
  assert.equal((await subscriptionsOf(host))[0]?.state, 'disabled')
  // This test is not about a grant that is being refreshed.
  await connection.token()
}

/** Lets the next process start a minute later, and checks the result. */
async function checkRecovery(round: Round, database: string, next: Continuation): Promise<void> {
  const { host, of, act, connection, answers, store } = round
  host.sandbox.clock.advance(60)
  const rows = await store.subscriptions.of(connection.id)
  const alive = (await store.connections.get(connection.id))?.status !== 'disconnected'
  const file = sqlite(database)
  let rounds = 0
  let taken = () => {}
  const punctual = host.another({
    store: {
      ...file,
      subscriptions: {
        ...file.subscriptions,
        async takeDue(...how) {
          const due = await file.subscriptions.takeDue(...how)
          rounds++
          taken()
          return due
        },
      },
    },
  })
  round.receiver = punctual
  const received: string[] = []
  punctual.on((event) => event.type === 'webhook.received' && received.push(event.name))

  // Deliveries that the provider sends before the recovery are accepted.
  const standingThen = (await subscriptionsOf(host)).filter(({ state }) => state.startsWith('active'))
  if (act.work === 'subscribe' && act.before(of))
    assert.ok(standingThen.length > 0, 'no subscription exists while the events change')
  if (alive) await book(round, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  if (alive) assert.ok(answers.length >= standingThen.length, 'the provider has sent too few deliveries')
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], answers.length > 0 ? [200] : [])

  const asked = next === 'asked again'
  if (asked && alive) await askAgain(punctual, round)
  // By then the remaining work is due; later, also what was not due before.
  for (const minutes of [11, 8 * 60]) {
    host.sandbox.clock.advance(minutes * 60)
    const before = rounds
    const begun = new Promise<void>((resolve) => {
      taken = resolve
    })
    punctual.start()
    await begun
    // What is being checked is hidden for ten minutes.
    const isChecked = ({ checkAt, readAt }: SubscriptionRow) => Math.abs(checkAt - readAt - 570_000) <= 30_000
    while ((await store.subscriptions.of(connection.id)).some(isChecked)) await setImmediate()
    await punctual.stop()
    assert.equal(rounds, before + 1)
  }

  const wanted = asked || isRecorded(round, rows, alive) ? act.wanted(of) : act.before(of)
  await checkSubscriptions(round, wanted)
  if (!wanted) return
  received.length = 0
  answers.length = 0
  await book(round, `${monday}T11:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual([answers.map(({ status }) => status), received], [[200], [of.events[0]]])
}

/** Holds that the provider and the store have exactly the wanted subscription. */
async function checkSubscriptions({ host, store, connection }: Round, wanted: readonly string[] | null): Promise<void> {
  const now = await subscriptionsOf(host)
  assert.deepEqual(
    now.map(({ events, state }) => [events.toSorted(), state]),
    wanted ? [[wanted.toSorted(), 'active']] : [],
  )
  assert.deepEqual(
    (await store.subscriptions.of(connection.id)).map(({ id, state, reference, current, detail }) => {
      return { state, reference, current, detail, address: id }
    }),
    now.map(({ id, url }) => {
      return { state: 'active', reference: id, current: true, detail: null, address: url.split('/').at(-1) }
    }),
  )
}

/** Repeats the request, as a host application does that got no success. */
async function askAgain(punctual: Punctual, { act, of, connection }: Round): Promise<void> {
  const wanted = act.wanted(of)
  if (act.work === 'disconnect') {
    const { remainingWebhooks: webhooksLeft } = await (await punctual.connections.get(connection.id)).disconnect()
    assert.deepEqual(webhooksLeft, [])
  } else if (wanted) {
    const { state, events } = await punctual.webhooks.subscribe(connection.id, wanted)
    assert.deepEqual([state, events], ['active', wanted.toSorted()])
  } else {
    const all = await punctual.webhooks.unsubscribe(connection.id)
    assert.ok(all.every(({ state }) => state === 'removed'))
  }
}

/** Returns whether the process had stored the request. */
function isRecorded({ act, of }: Round, rows: readonly SubscriptionRow[], alive: boolean): boolean {
  const wanted = act.wanted(of)
  if (act.work === 'keep') return true
  if (wanted) return rows.some(({ events }) => events.length === wanted.length)
  return !alive || rows.every(({ state }) => state === 'removing')
}

async function book({ of, connection }: Round, start: string): Promise<void> {
  await of.book(connection, start)
}

async function subscriptionsOf({ sandbox }: Host): Promise<ProviderSubscription[]> {
  const answer = await sandbox.handler(new Request(`${sandbox.url}/control/webhooks`))
  return (await answer.json()).subscriptions
}
