// A process is killed at a seam of what it does about one connection's webhooks; then the one that starts next must bring
// everything in order, alone or asked once more as a host application asks at every start.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { SubscriptionRow } from '../../src/core/store/subscriptions.ts'
import type { Connection, Punctual } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { clockFromStart } from '../support/dates.ts'
import { type Host, startHost } from '../support/host.ts'
import { type Case, monday } from '../webhooks/host.ts'
import { runWorker } from './run-worker.ts'

/** What the process is at when it is killed. */
export interface Act {
  readonly name: string
  readonly work: 'subscribe' | 'unsubscribe' | 'disconnect' | 'keep'
  /** What it was subscribed to before; and what is wanted from now on, `null`: nothing. */
  before(of: Case): readonly string[] | null
  wanted(of: Case): readonly string[] | null
}

/** How the next process goes about it. */
export type Next = 'asked again' | 'left to the keeper'

interface Round {
  readonly host: Host
  readonly of: Case
  readonly act: Act
  readonly connection: Connection
  /** The database, as the test looks into it. */
  readonly store: ReturnType<typeof sqlite>
  /** What the provider was answered. */
  readonly answers: { url: string; status: number }[]
  /** Who takes deliveries; `null`: nobody does. */
  receiver: Punctual | null
}

interface Standing {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly state: string
}

/** One life and death on a file of its own. Answers whether the process was killed before it had done its work. */
export async function killAt(
  t: TestContext,
  database: string,
  of: Case,
  act: Act,
  fatal: number,
  next: Next,
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
  await putRight(round, database, killed ? next : 'left to the keeper')
  return killed
}

async function begin(t: TestContext, database: string, of: Case, act: Act): Promise<Round> {
  const answers: Round['answers'] = []
  const store = sqlite(database)
  const host = await startHost(
    t,
    { store },
    {
      now: clockFromStart(),
      async deliver(url, { headers, body }) {
        if (!round.receiver) throw new Error('nobody is there')
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

/** A day and more without an answer to a delivery. */
async function disable({ host, of, connection }: Round): Promise<void> {
  await of.book(connection, '2026-11-30T10:00:00Z')
  for (let hours = 0; hours < 30; hours += 6) {
    await host.sandbox.delivered()
    host.sandbox.clock.advance(6 * 3600)
  }
  assert.equal((await standing(host))[0]?.state, 'disabled')
  // What becomes of a grant that is being renewed is not the question here.
  await connection.token()
}

/** What the process that starts a minute later does, and what is true then. */
async function putRight(round: Round, database: string, next: Next): Promise<void> {
  const { host, of, act, connection, answers, store } = round
  host.sandbox.clock.advance(60)
  const rows = await store.subscriptions.of(connection.id)
  const alive = (await store.connections.get(connection.id))?.status !== 'disconnected'
  const file = sqlite(database)
  let rounds = 0
  let roundOver = () => {}
  const punctual = host.another({
    store: {
      ...file,
      subscriptions: {
        ...file.subscriptions,
        async sweep(...how) {
          const swept = await file.subscriptions.sweep(...how)
          rounds++
          roundOver()
          return swept
        },
      },
    },
  })
  round.receiver = punctual
  const received: string[] = []
  punctual.on((event) => event.type === 'webhook.received' && received.push(event.name))

  // What the provider sends before anything has been put right is taken.
  const standingThen = (await standing(host)).filter(({ state }) => state.startsWith('active'))
  if (act.work === 'subscribe' && act.before(of))
    assert.ok(standingThen.length > 0, 'nothing stands while the events change')
  if (alive) await meet(round, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  if (alive) assert.ok(answers.length >= standingThen.length, 'the provider has sent too little')
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], answers.length > 0 ? [200] : [])

  const asked = next === 'asked again'
  if (asked && alive) await askAgain(punctual, round)
  // What was left behind is due by then; and, later, what nobody had reason to look at.
  for (const minutes of [11, 8 * 60]) {
    host.sandbox.clock.advance(minutes * 60)
    const before = rounds
    const over = new Promise<void>((resolve) => {
      roundOver = resolve
    })
    punctual.start()
    await over
    await punctual.stop()
    assert.equal(rounds, before + 1)
  }

  const wanted = asked || writtenDown(round, rows, alive) ? act.wanted(of) : act.before(of)
  const now = await standing(host)
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
  if (!wanted) return
  received.length = 0
  answers.length = 0
  await meet(round, `${monday}T11:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual([answers.map(({ status }) => status), received], [[200], [of.events[0]]])
}

/** What a host application does that was told of no success. */
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

/** Whether the process had come as far as writing down what was asked of it. */
function writtenDown({ act, of }: Round, rows: readonly SubscriptionRow[], alive: boolean): boolean {
  const wanted = act.wanted(of)
  if (act.work === 'keep') return true
  if (wanted) return rows.some(({ events }) => events.length === wanted.length)
  return !alive || rows.every(({ state }) => state === 'removing')
}

async function meet({ of, connection }: Round, start: string): Promise<void> {
  await of.book(connection, start)
}

async function standing({ sandbox }: Host): Promise<Standing[]> {
  const answer = await sandbox.handler(new Request(`${sandbox.url}/control/webhooks`))
  return (await answer.json()).subscriptions
}
