// A mixed load on two replicas with Postgres: accounts are connected, tokens refreshed, calls made, webhooks received, bookings
// made and cancelled, while the providers fail in many ways and one replica is killed every ten seconds. It takes half an hour:
// `npm run test:load`, or fewer minutes with PUNCTUAL_LOAD_MINUTES.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Callers, type Connected, createCallers } from './callers.ts'
import { growthOf, type Sample, sampleOf } from './flatness.ts'
import { type BookingOutcome, createLedger, type Ledger } from './ledger.ts'
import { type Person, type Place, startPlace } from './place.ts'
import { createRefreshes, type Refreshes } from './refreshes.ts'

const minuteMs = 60_000
const forMs = Number(process.env.PUNCTUAL_LOAD_MINUTES ?? 30) * minuteMs
const [peopleCount, callerCount, killEveryMs, faultEveryMs] = [60, 6, 10_000, 5000]
/** A caller's pause between two requests. */
const pauseMs = 60

/** What goes wrong, one after the other, and nothing in between. */
const faults: readonly (readonly object[])[] = [
  [{ kind: 'reset_before', endpoint: 'token', count: 5 }],
  [{ kind: 'status', endpoint: 'api', status: 503, probability: 0.5, seed: 1 }],
  [{ kind: 'reset_after', endpoint: 'token', grantType: 'refresh_token', count: 1 }],
  [{ kind: 'delay', endpoint: 'api', ms: 800, probability: 0.3, seed: 2 }],
  [{ kind: 'webhook_doubled_and_reordered', count: 10 }],
  [{ kind: 'html', endpoint: 'token', status: 502, count: 5 }],
  [{ kind: 'reset_before', endpoint: 'api', probability: 0.3, seed: 3 }],
  [{ kind: 'truncated', endpoint: 'api', probability: 0.2, seed: 4 }],
  [{ kind: 'status', endpoint: 'token', status: 503, probability: 0.5, seed: 5 }],
  [{ kind: 'delay', endpoint: 'token', ms: 1500, after: true, probability: 0.5, seed: 6 }],
]

test('what a mixed load loses is what the rules allow, and a process that goes on keeps its size', async (t) => {
  const place = await startPlace(t, { people: peopleCount, mayLiveMs: forMs + 20 * minuteMs })
  const refreshes = createRefreshes()
  const ledger = createLedger(refreshes)
  let kills = 0
  const callers = createCallers(place, ledger)
  const end = new AbortController()
  t.after(() => end.abort())
  const [connected, samples]: [Connected[], Sample[]] = [[], []]
  const disturb = (turn: number) =>
    place.setFaults(turn % 2 === 0 ? [] : (faults[((turn - 1) / 2) % faults.length] ?? []))
  const kill = async (turn: number) => {
    if (turn === 0) return
    refreshes.killed(await place.kill())
    kills++
  }
  const disturbances = [
    every(faultEveryMs, end.signal, disturb),
    every(killEveryMs, end.signal, kill),
    every(500, end.signal, async () => refreshes.see(place.sandbox.requests())),
    every(5000, end.signal, async () => void samples.push(sampleOf(place.survivor.pid))),
  ]
  const until = Date.now() + forMs
  const people = [...place.people]
  await Promise.all(Array.from({ length: callerCount }, () => work({ callers, people, connected, until })))
  end.abort()
  await Promise.all(disturbances)
  await place.setFaults([])
  t.diagnostic(`${kills} kills`)
  await check(t, { place, ledger, refreshes, callers, connected, samples })
})

/** Does it again and again, one after the other, until the signal. */
async function every(ms: number, signal: AbortSignal, does: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    await does(turn)
    await setTimeout(ms, undefined, { signal }).catch(() => {})
  }
}

interface Work {
  readonly callers: Callers
  /** Who is not connected yet. */
  readonly people: Person[]
  readonly connected: Connected[]
  readonly until: number
}

/** One caller: connects who is left now and then, and between that calls, reads and books. */
async function work({ callers, people, connected, until }: Work): Promise<void> {
  for (let turn = 0; Date.now() < until || people.length > 0; turn++) {
    const next = turn % 8 === 0 ? people.shift() : undefined
    if (next) connected.push(await callers.connect(next))
    const one = connected[Math.floor(Math.random() * connected.length)]
    if (one) await (turn % 5 === 1 ? callers.book(one) : turn % 5 === 3 ? callers.token(one) : callers.call(one))
    await setTimeout(pauseMs)
  }
}

interface Over {
  readonly place: Place
  readonly ledger: Ledger
  readonly refreshes: Refreshes
  readonly callers: Callers
  readonly connected: readonly Connected[]
  readonly samples: readonly Sample[]
}

async function check(t: TestContext, { place, ledger, refreshes, callers, connected, samples }: Over): Promise<void> {
  // Once more, without faults: a caller who needs a consent was told so above.
  for (const one of connected) await callers.token(one)
  refreshes.see(place.sandbox.requests())
  t.diagnostic(ledger.summary())
  assert.equal(ledger.connections.size, peopleCount, 'everybody is connected once')
  assert.deepEqual(ledger.unexplained(), [], 'a grant ends only where an answer was lost')
  assert.deepEqual(refreshes.spentWithoutNeed(), [], 'no refresh token is presented again while its outcome is known')
  await checkBookings(place, ledger)
  await checkEvents(place, ledger)
  const { before, after } = growthOf(samples)
  t.diagnostic(`the survivor: ${JSON.stringify(before)}, then ${JSON.stringify(after)}`)
  assert.ok(after.megabytes < before.megabytes * 1.25, 'memory is flat')
  assert.ok(after.handles < before.handles + 20, 'handles are flat')
}

/** At the provider there is one booking for each key that was told so, none for a key that was refused, and never two. */
async function checkBookings({ sandbox }: Place, { changes }: Ledger): Promise<void> {
  const { bookings } = (await (await fetch(`${sandbox.url}/control/bookings`)).json()) as {
    bookings: { state: string; guests: { email: string }[] }[]
  }
  const found = Map.groupBy(bookings, ({ guests }) => guests[0]?.email ?? '')
  const wrong = [...changes.values()].flatMap(({ change, email, outcome }) => {
    const states = (found.get(email) ?? []).map(({ state }) => state)
    return atProvider[outcome].includes(states.join())
      ? []
      : [`${change} is ${outcome}, and at the provider ${states.join()}`]
  })
  assert.deepEqual(wrong, [], 'a key books once')
}

const atProvider: Readonly<Record<BookingOutcome, readonly string[]>> = {
  open: [],
  booked: ['booked'],
  cancelling: ['booked', 'canceled'],
  cancelled: ['canceled'],
  refused: [''],
  doubt: ['', 'booked'],
}

/** Every booking and every cancellation is told, though webhooks come twice and replicas are killed. */
async function checkEvents({ sandbox, receiver }: Place, { changes }: Ledger): Promise<void> {
  const wanted = [...changes.values()].flatMap(({ email, outcome }) => {
    const created = `booking.created ${email}`
    if (outcome === 'cancelled') return [created, `booking.cancelled ${email}`]
    return outcome === 'booked' || outcome === 'cancelling' ? [created] : []
  })
  const missing = () => {
    const told = new Set(receiver.received.map(({ body }) => toldIn(body)))
    return wanted.filter((one) => !told.has(one))
  }
  await sandbox.delivered()
  // What is left comes by itself: a lease of a killed replica ends, and a failed dispatch is tried again.
  for (let waits = 0; missing().length > 0 && waits < 240; waits++) await setTimeout(500)
  assert.deepEqual(missing(), [], 'every change is told')
}

function toldIn(body: string): string {
  const { type, data } = JSON.parse(body) as { type: string; data?: { booking?: { attendees?: { email?: string }[] } } }
  return `${type} ${data?.booking?.attendees?.[0]?.email ?? ''}`
}
