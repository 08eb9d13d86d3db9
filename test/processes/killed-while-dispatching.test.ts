import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { clockFromStart } from '../support/dates.ts'
import { type Host, startHost } from '../support/host.ts'
import { collectSamples, names, type Samples, sendMeeting } from './deliveries.ts'
import { notingHandler, readNotes } from './dispatch-log.ts'
import { startWorker, type Worker } from './run-worker.ts'

/** Rounds, and ms that each lasts. Two tests of two minutes each with PUNCTUAL_FULL=1. */
const [rounds, perRound] = process.env.PUNCTUAL_FULL ? [12, 10_000] : [2, 4000]
/** Seconds between two rounds: every lease of a process that was killed has ended then. */
const between = 61

interface Run {
  readonly host: Host
  readonly samples: Samples
  readonly database: string
  readonly notes: string
  /** What was answered with 200. */
  readonly taken: string[]
  kills: number
}

/** Some seconds of processes that take deliveries and hand them over, killed and started again at random. */
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
        work: { kind: 'deliver', notes: run.notes },
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
      run.taken.push(...(await sendMeeting(run.host, run.samples, () => [...living.values()], over.signal)))
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

/** The process that comes last hands over all that is left. */
async function drain({ host, notes }: Run): Promise<void> {
  const empty = Promise.withResolvers<void>()
  const noting = notingHandler(notes, 0)
  const isEmpty = async () => (await host.punctual.events.list({ state: 'pending', limit: 1 })).events.length === 0
  const last = host.another({
    async deliverTo(...handed) {
      await noting(...handed)
      await handed[1].acknowledge()
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
  const run: Run = { host, samples, database, notes: join(folder, 'notes'), taken: [], kills: 0 }
  for (let done = 0; done < rounds; done++) {
    await round(run, processes)
    host.sandbox.clock.advance(between)
  }
  host.sandbox.clock.advance(3600)
  await drain(run)

  const notes = readNotes(run.notes)
  const acknowledged = new Set<string>()
  const handed = new Set<string>()
  let again = 0
  for (const { what, id, name, about } of notes) {
    const delivery = `${name} ${about}`
    if (what === 'acknowledged') acknowledged.add(id)
    else {
      assert.ok(!acknowledged.has(id), `${id} was handed over after it had been acknowledged`)
      if (name === names[1]) assert.ok(handed.has(`${names[0]} ${about}`), `${id} overtook the one before it`)
      if (handed.has(delivery)) again++
      handed.add(delivery)
    }
  }
  assert.deepEqual(
    run.taken.filter((delivery) => !handed.has(delivery)),
    [],
    'taken, and never handed over',
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
  assert.equal(states.done, handed.size, 'one handed over twice under two names')
  assert.ok(run.kills >= 2 && run.taken.length >= 4, 'too little happened')
  t.diagnostic(
    `${run.kills} kills, ${run.taken.length} deliveries taken, ${handed.size} handed over, ${again} of them again, ${acknowledged.size} acknowledged`,
  )
}

describe('a process killed while it takes deliveries and hands them over', () => {
  for (const processes of [1, 2]) {
    test(`loses none, and hands none over that was acknowledged: ${processes} at a time`, (t) =>
      killWhileDelivering(t, processes))
  }
})
