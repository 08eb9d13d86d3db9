// A day in the life of many grants, and then the database of its beginning: refreshed, revoked, disconnected, connected and
// reconnected meanwhile. What must hold after the restore, whatever the store.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Store } from '../../src/core/store/store.ts'
import { type Connection, type Fetch, type Punctual, PunctualError, type PunctualEvent } from '../../src/index.ts'
import type { StartedPlace } from './place-kinds.ts'
import type { World } from './worlds.ts'

export interface Restorable {
  openStore(): Store
  /** Keeps what the database holds now. No process uses it. */
  backUp(): Promise<void>
  /** Puts it back. `isStopped`: whether the processes have been stopped before. */
  restore(): Promise<void>
  /** Whether the processes run on while the database goes back. */
  readonly runsOn: boolean
}

export interface Presented {
  /** Refresh tokens that were presented once more after they had been accepted. */
  readonly spent: string[]
  refused: number
  accepted: number
}

/** How many of the grants end, or begin, after the backup. */
export const few = 4

export interface RestoredDay {
  readonly world: World
  readonly grants: number
  readonly escrow: Pick<StartedPlace, 'open'>
  readonly place: Restorable
}

/** Returns lines that say what was seen. */
export async function restoreADay({ world, grants: count, escrow, place }: RestoredDay): Promise<string> {
  const presented = notePresented(world.fetch)
  const options = { fetch: presented.through, keepWarm: 'never' as const }
  const start = async () => world.start({ ...options, store: place.openStore(), escrow: await escrow.open() })
  const first = await start()
  const connecting = performance.now()
  const ids = await connectAll(world, first, count)
  const connectedMs = Math.round(performance.now() - connecting)
  await first.stop()
  await place.backUp()

  let processes = await Promise.all([1, 2].map(start))
  for (let round = 0; round < 2; round++) {
    world.advance(12)
    assert.deepEqual((await tokensOf(processes, ids)).refused, [])
  }
  const [one = first, two = first] = processes
  const revoked = ids.slice(0, few)
  const disconnected = ids.slice(few, 2 * few)
  for (const account of revoked.keys()) world.revoke(account)
  world.advance(3)
  for (const id of revoked) await assert.rejects(tokenOf(one, id), { code: 'needs_reconnect' })
  for (const id of disconnected) await (await two.connections.get(id)).disconnect()
  for (let account = 2 * few; account < 3 * few; account++) await world.connect(two, account)
  for (let account = count; account < count + few; account++) await world.connect(one, account)
  const spentBefore = presented.seen.refused

  if (!place.runsOn) for (const process of processes) await process.stop()
  world.advance(3)
  const events: PunctualEvent[] = []
  const began = performance.now()
  await place.restore()
  if (!place.runsOn) processes = await Promise.all([1, 2].map(start))
  for (const process of processes) process.on((event) => events.push(event))
  // The load is there before anything is healed.
  const used = ids.filter((id) => !revoked.includes(id) && !disconnected.includes(id))
  const { live, refused, longestMs } = await tokensOf(processes, used)
  const tookMs = Math.round(performance.now() - began)

  assert.ok(live >= used.length * 0.9999, `${live} of ${used.length} grants live: ${refused.slice(0, 5).join('; ')}`)
  assert.deepEqual(presented.seen.spent, [])
  for (const id of revoked) await assert.rejects(tokenOf(processes[0] ?? first, id), { code: 'needs_reconnect' })
  for (const id of disconnected)
    await assert.rejects(tokenOf(processes[1] ?? first, id), { code: 'connection_not_found' })
  assert.equal(presented.seen.refused, spentBefore, 'something was refused after the restore')
  const told = events.filter((event) => event.type === 'fault' && event.code === 'store_went_back')
  const sentences = told.map((event) => (event.type === 'fault' ? event.message : '')).join('\n')
  assert.match(sentences, /newest token set from the escrow: \d+/)
  assert.match(sentences, new RegExp(`must connect again: ${few}`))
  for (const process of processes) await process.stop()
  return [
    `${used.length} grants, ${live} live after the restore, in ${tookMs} ms with their refreshes; nobody asked for longer than ${longestMs} ms`,
    `${presented.seen.accepted} refreshes in all, ${presented.seen.spent.length} spent tokens presented`,
    `${count} accounts connected in ${connectedMs} ms`,
  ].join('\n')
}

async function connectAll(world: World, through: Punctual, count: number): Promise<string[]> {
  const ids: string[] = []
  let next = 0
  const connecting = Array.from({ length: world.atOnce }, async () => {
    for (let account = next++; account < count; account = next++) ids[account] = await world.connect(through, account)
  })
  await Promise.all(connecting)
  return ids
}

async function tokenOf(punctual: Punctual, id: string): Promise<unknown> {
  const connection: Connection = await punctual.connections.get(id)
  return connection.token()
}

/** All of them ask for a token, many at the same time, half of them from each process. `refused`: what the others were told. */
async function tokensOf(
  processes: readonly Punctual[],
  ids: readonly string[],
): Promise<{ readonly live: number; readonly refused: readonly string[]; readonly longestMs: number }> {
  let [live, longestMs] = [0, 0]
  const refused: string[] = []
  const waiting = [...ids.entries()]
  const callers = Array.from({ length: 64 }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [index, id] = next
      const punctual = processes[index % processes.length]
      const began = performance.now()
      const why = punctual ? await whyNoToken(punctual, id) : 'no process'
      longestMs = Math.max(longestMs, Math.round(performance.now() - began))
      if (why === null) live++
      else refused.push(why)
    }
  })
  await Promise.all(callers)
  return { live, refused, longestMs }
}

/** A caller that is told so asks again: while the database is being put back, and until all of its rows are healed. */
const asksAgainForMs = 300_000

async function whyNoToken(punctual: Punctual, id: string): Promise<string | null> {
  for (const until = performance.now() + asksAgainForMs; ; await setTimeout(50)) {
    try {
      await tokenOf(punctual, id)
      return null
    } catch (error) {
      if (!(error instanceof PunctualError)) throw error
      if (!error.retryable || performance.now() > until) return `${id}: ${error.code}: ${error.message}`
    }
  }
}

/** Sees every refresh token that leaves, and what the provider says to it. */
function notePresented(send: Fetch) {
  const accepted = new Set<string>()
  const seen: Presented = { spent: [], refused: 0, accepted: 0 }
  const through: Fetch = async (input, init) => {
    const token = /(?:^|&)refresh_token=([^&]+)/.exec(String(init?.body ?? ''))?.[1]
    if (token !== undefined && accepted.has(token)) seen.spent.push(token)
    const response = await send(input, init)
    if (token === undefined) return response
    if (response.ok) {
      accepted.add(token)
      seen.accepted++
    } else seen.refused++
    return response
  }
  return { seen, through }
}
