import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { clockFromStart } from '../support/dates.ts'
import { type Host, startHost } from '../support/host.ts'
import { collectSamples, names, type Samples, sendMeeting } from './deliveries.ts'
import { loggingHandler, readLog } from './dispatch-log.ts'
import { startWorker, type Worker } from './run-worker.ts'

/** Rounds, and ms of each round. Two tests of two minutes each with PUNCTUAL_FULL=1. */
const [rounds, perRound] = process.env.PUNCTUAL_FULL ? [12, 10_000] : [2, 4000]
/** Seconds between two rounds: every lease of a killed process has ended then. */
const between = 61

interface Run {
  readonly host: Host
  readonly samples: Samples
  readonly database: string
  readonly log: string
  /** The deliveries that were answered with 200. */
  readonly accepted: string[]
  kills: number
}

/** Some seconds of processes that accept deliveries and dispatch them, killed and started again at random. */
async function round(run: Run, processes: number): Promise<void> {
  const { calendly, calcom } = run.host.sandbox
  const over = new AbortController()
  const living = new Map<Worker, number>()
  let timer: NodeJS.Timeout | undefined
  const keepAlive = async () => {
    while (!over.signal.aborted) {
      const worker = startWorker({
        database: run.database,
        sandbox: { calendly: { ...calendly, webhookKeys: [run.host.sandbox.calendlyWebhookKey] }, calcom },
        ahead: run.host.sandbox.clock.now() - Date.now(),
        work: { kind: 'deliver', log: run.log },
      })
      const { port } = (await worker.next()) as { port: number }
      living.set(worker, port)
      timer ??= setTimeout(() => over.abort(), perRound)
      await pause(Math.random() * 2500, over.signal)
      worker.kill()
      assert.equal((await worker.ended).signal, 'SIGKILL')
      living.delete(worker)
      run.kills++
    }
  }
  const keepSending = async () => {
    while (!over.signal.aborted)
      run.accepted.push(...(await sendMeeting(run.host, run.samples, () => [...living.values()], over.signal)))
  }
  try {
    await Promise.all([...Array.from({ length: processes }, keepAlive), ...Array.from({ length: 6 }, keepSending)])
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => resolve(), { once: true })
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

/** The last process dispatches all that is pending. */
async function drain({ host, log }: Run): Promise<void> {
  const empty = Promise.withResolvers<void>()
  const noting = loggingHandler(log, 0)
  const isEmpty = async () => (await host.punctual.events.list({ state: 'pending', limit: 1 })).events.length === 0
  const last = host.another({
    async deliverTo(...dispatched) {
      await noting(...dispatched)
      await dispatched[1].acknowledge()
      if (await isEmpty()) empty.resolve()
    },
  })
  if (await isEmpty()) return
  last.start()
  await empty.promise
}

async function killWhileDelivering(t: TestContext, processes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
  t.after(() => rm(folder, { recursive: true }))
  const database = join(folder, 'punctual.db')
  const sent: { url: string; body: string }[] = []
  const host = await startHost(
    t,
    { store: sqlite(database) },
    {
      now: clockFromStart(),
      async deliver(url, { body }) {
        sent.push({ url, body })
        return new Response()
      },
    },
  )
  const samples = await collectSamples(host, sent)
  const run: Run = { host, samples, database, log: join(folder, 'log'), accepted: [], kills: 0 }
  for (let done = 0; done < rounds; done++) {
    await round(run, processes)
    host.sandbox.clock.advance(between)
  }
  host.sandbox.clock.advance(3600)
  await drain(run)

  const log = readLog(run.log)
  const acknowledged = new Set<string>()
  const dispatched = new Set<string>()
  let again = 0
  for (const { what, id, name, about } of log) {
    const delivery = `${name} ${about}`
    if (what === 'acknowledged') acknowledged.add(id)
    else {
      assert.ok(!acknowledged.has(id), `${id} was dispatched after it had been acknowledged`)
      const before = { [names[1]]: names[0], 'booking.cancelled': 'booking.created' }[name]
      if (before) assert.ok(dispatched.has(`${before} ${about}`), `${id} overtook the one before it`)
      if (dispatched.has(delivery)) again++
      dispatched.add(delivery)
    }
  }
  assert.deepEqual(
    run.accepted.filter((delivery) => !dispatched.has(delivery)),
    [],
    'accepted, and never dispatched',
  )
  const states: Record<string, number> = {}
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof host.punctual.events.list>> = await host.punctual.events.list({
      cursor: cursor ?? null,
      limit: 200,
    })
    for (const { state } of page.events) states[state] = (states[state] ?? 0) + 1
    cursor = page.cursor
  }
  assert.deepEqual(Object.keys(states), ['done'])
  assert.equal(states.done, dispatched.size, 'one delivery became two events')
  assert.ok(run.kills >= 2 && run.accepted.length >= 4, 'too little happened')
  t.diagnostic(
    `${run.kills} kills, ${run.accepted.length} deliveries accepted, ${dispatched.size} dispatched, ${again} of them again, ${acknowledged.size} acknowledged`,
  )
}

describe('a process killed while it accepts deliveries and dispatches them', () => {
  for (const processes of [1, 2]) {
    test(`loses no event, and dispatches none again that was acknowledged: ${processes} at a time`, (t) =>
      killWhileDelivering(t, processes))
  }
})
