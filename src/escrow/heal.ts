// Finds the rows that are older than what the escrow knows, and brings them to it: each by compare-and-swap on the
// generation that was read, so that several processes heal each other's rows without harm. What was given up after the
// backup is given up again, and what was attached is not attached again. A process that is stopped in the middle has healed
// some: the next one heals the rest.

import type { Clock } from '../core/clock.ts'
import type { EscrowPlace } from '../core/escrow-place.ts'
import type { AttemptStore } from '../core/store/attempts.ts'
import type { ConnectionRow, ConnectionStore } from '../core/store/connections.ts'
import type { GrantPosition, GrantStore, HealedGrant } from '../core/store/grants.ts'
import { ageOf, unknownAgeMs } from '../core/store/wrong-clock.ts'
import { type Known, learn, type NewestGrant, newestOf, nothingKnown } from './known.ts'

export interface Healing {
  /** Grants that got a newer set. */
  readonly healed: number
  /** Grants that had ended after the backup, and ended again. */
  readonly ended: number
  /** Connections that had been given up after the backup, and were given up again. */
  readonly disconnected: number
  /** Connections that their owners had taken up again after the backup, and that were taken up again. */
  readonly reconnected: number
  /** Grants that were connected after the backup: the store does not know them. */
  readonly missing: readonly string[]
  /** Texts that were cut or changed. */
  readonly damaged: number
}

export interface HealDependencies {
  readonly store: {
    readonly grants: Pick<GrantStore, 'get' | 'heal' | 'positions'>
    readonly connections: Pick<ConnectionStore, 'detach' | 'onGrant' | 'resume' | 'some'>
    readonly attempts: Pick<AttemptStore, 'advance' | 'stranded'>
  }
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/** Reads all that the escrow knows of that database. Rejects where it is in that database. */
export async function readKnown(place: Pick<EscrowPlace, 'assertOutside' | 'read'>, store: string): Promise<Known> {
  await place.assertOutside?.(store)
  const known = nothingKnown()
  const { texts } = await place.read(null)
  learn(known, texts, store)
  return known
}

/** Grants that are compared by one statement, and that are healed at the same time. */
const pageSize = 1000
const healedAtOnce = 32
const connectionsAtOnce = 250

/** @throws {PunctualError} `store_unavailable`. What was healed by then stays. */
export async function heal(known: Known, dependencies: HealDependencies): Promise<Healing> {
  await finishAttempts(known, dependencies)
  // Before their grants: what no connection rests on is healed in order to be revoked.
  const ofConnections = await healConnections(known, dependencies)
  const counts = { healed: 0, ended: 0 }
  const missing = liveOnes(known)
  for await (const page of pagesOf(dependencies.store.grants)) {
    for (const { id } of page) missing.delete(id)
    const behind = page.filter((row) => isBehind(row, known))
    for (let from = 0; from < behind.length; from += healedAtOnce) {
      const healing = behind.slice(from, from + healedAtOnce).map((row) => healGrant(row, known, dependencies))
      for (const outcome of await Promise.all(healing)) if (outcome !== null) counts[outcome]++
    }
  }
  return { ...counts, ...ofConnections, missing: [...missing], damaged: known.damaged }
}

/** Counts without changing anything. */
export async function compare(
  known: Known,
  grants: Pick<GrantStore, 'positions'>,
): Promise<{ readonly behind: number; readonly missing: number; readonly uncovered: number }> {
  let behind = 0
  let uncovered = 0
  const missing = liveOnes(known)
  for await (const page of pagesOf(grants)) {
    for (const { id } of page) missing.delete(id)
    behind += page.filter((row) => isBehind(row, known)).length
    uncovered += page.filter((row) => isUncovered(row, known)).length
  }
  return { behind, missing: missing.size, uncovered }
}

/** The grants that the escrow knows as live. */
function liveOnes({ grants }: Known): Set<string> {
  const live = [...grants].filter(([, entries]) => newestOf(entries).status === 'live')
  return new Set(live.map(([id]) => id))
}

export async function* pagesOf(grants: Pick<GrantStore, 'positions'>): AsyncGenerator<GrantPosition[]> {
  for (let after: string | null = null; ; ) {
    const page = await grants.positions(after, pageSize)
    if (page.length > 0) yield page
    if (page.length < pageSize) return
    after = page.at(-1)?.id ?? null
  }
}

/** Whether the escrow knows something later of a grant than its row. */
export function isBehind(
  { id, generation, status }: Omit<GrantPosition, 'leaseLeftMs'>,
  known: Pick<Known, 'grants'>,
): boolean {
  const entries = known.grants.get(id)
  const newest = entries?.[0]?.generation ?? -1
  if (entries === undefined || newest < generation) return false
  if (newest > generation) return true
  return status === 'live' && newestOf(entries).status !== 'live'
}

/** Whether the escrow does not have what stands in the row of a live grant. */
export function isUncovered({ id, generation, status }: GrantPosition, { grants }: Pick<Known, 'grants'>): boolean {
  return status === 'live' && (grants.get(id)?.[0]?.generation ?? -1) < generation
}

/** Ms that are left to the write of a process that holds the lease: its text is in the escrow before its set is in the row. */
const writesWithinMs = 3000
const pauseMs = 100

async function healGrant(
  found: GrantPosition,
  known: Known,
  { store, clock }: HealDependencies,
): Promise<'healed' | 'ended' | null> {
  const newest = newestOf(known.grants.get(found.id) ?? [])
  let row: GrantPosition | null = found
  for (let waitedMs = 0; row !== null && isBehind(row, known); row = await store.grants.get(found.id)) {
    if (row.leaseLeftMs > 0 && waitedMs < writesWithinMs) {
      await clock.sleep(pauseMs)
      waitedMs += pauseMs
      continue
    }
    const healed = await healedGrant(newest, found.id, { store, clock })
    const entry = { type: 'grant.healed', data: { generation: newest.generation, from: row.generation } }
    if (await store.grants.heal(found.id, row.generation, healed, entry))
      return healed.status === 'live' ? 'healed' : 'ended'
  }
  return null
}

async function healedGrant(
  { generation, status, reason, set }: NewestGrant,
  id: string,
  { store, clock }: HealDependencies,
): Promise<HealedGrant> {
  // A connection that still rests on a closed grant was moved to another one after the backup. Only its person can do that again.
  if (status === 'closed' && (await store.connections.onGrant(id)).length > 0)
    return { generation, status: 'over', reason: 'refused', set: null }
  if (set === null) return { generation, status, reason, set }
  const { at, ...facts } = set
  const passedMs = ageOf(at, clock.now()) ?? unknownAgeMs
  // Not before now: the time at which it was to be refreshed tells the age of a set that is idle.
  const left = (ms: number | null) => (ms === null ? null : ms - passedMs)
  return {
    generation,
    status,
    reason,
    set: {
      ...facts,
      expiresInMs: facts.expiresInMs - passedMs,
      refreshInMs: left(facts.refreshInMs),
      dueInMs: left(facts.dueInMs),
    },
  }
}

const attemptsAtOnce = 250

/** Empties attempts whose answer was attached after the backup: its set may be spent, or be the one that the grant lives on. */
async function finishAttempts({ attempts }: Known, { store }: HealDependencies): Promise<void> {
  if (attempts.size === 0) return
  for (let after: string | null = null; ; ) {
    const page = await store.attempts.stranded(0, attemptsAtOnce, after)
    for (const { id, phase } of page) {
      const entry = attempts.get(id)
      if (entry === undefined) continue
      await store.attempts.advance(id, phase, 'finished', { outcome: { connection: entry.connection } })
    }
    if (page.length < attemptsAtOnce) return
    after = page.at(-1)?.id ?? null
  }
}

async function healConnections(
  known: Known,
  { store }: HealDependencies,
): Promise<Pick<Healing, 'disconnected' | 'reconnected'>> {
  const counts = { disconnected: 0, reconnected: 0 }
  for await (const { row, isLater } of differingFrom(known, store.connections)) {
    if (isLater) continue
    const data = { again: true }
    if (row.status !== 'disconnected') {
      if (await store.connections.detach(row.id, { type: 'connection.disconnected', data })) counts.disconnected++
    } else if (await hasLater(row.grant, known, store)) {
      if (await store.connections.resume(row.id, { type: 'connection.attached', data })) counts.reconnected++
    }
  }
  return counts
}

/** Whether a live set of the grant of a disconnected row is known, which was kept after the row was written. */
async function hasLater(grant: string, known: Known, { grants }: HealDependencies['store']): Promise<boolean> {
  const row = await grants.get(grant)
  if (row === null || newestOf(known.grants.get(grant) ?? []).set === null) return false
  return row.status === 'live' || isBehind(row, known)
}

/**
 * The rows of the connections that are connected and disconnected otherwise than the escrow says. `isLater`: the row was changed
 * after that, so that only the escrow has not been told.
 */
export async function* differingFrom(
  { connections }: Pick<Known, 'connections'>,
  store: Pick<ConnectionStore, 'some'>,
): AsyncGenerator<{ readonly row: ConnectionRow; readonly isLater: boolean }> {
  const ids = [...connections.keys()]
  for (let from = 0; from < ids.length; from += connectionsAtOnce)
    for (const row of await store.some(ids.slice(from, from + connectionsAtOnce))) {
      const entry = connections.get(row.id)
      if (entry && entry.isDisconnected !== (row.status === 'disconnected'))
        yield { row, isLater: row.updatedAt > entry.at }
    }
}
