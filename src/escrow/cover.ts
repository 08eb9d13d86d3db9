// Puts into the escrow what it does not know of the live grants: all of them where it has just been switched on, and those whose
// texts it could not take. Then only its absence can leave it without them. The same for a connection that has changed since.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { EscrowPlace } from '../core/escrow-place.ts'
import type { ConnectionStore } from '../core/store/connections.ts'
import type { GrantStore } from '../core/store/grants.ts'
import type { Store } from '../core/store/store.ts'
import { type ConnectionEntry, type GrantEntry, serializeEntry } from './entry.ts'
import { differingFrom, isUncovered, pagesOf, readKnown } from './heal.ts'
import { setOf } from './keep-writes.ts'
import { type Known, learnEntry } from './known.ts'

export interface CoverDependencies {
  readonly grants: Pick<GrantStore, 'get' | 'positions'>
  readonly place: Pick<EscrowPlace, 'append'>
  /** The name of the database, and the time by this machine's clock. */
  readonly store: string
  readonly now: () => number
}

const rowsAtOnce = 50

/** Returns the entries that were added. Rejects where the escrow does not take them. */
export async function cover(known: Pick<Known, 'grants'>, how: CoverDependencies): Promise<readonly GrantEntry[]> {
  const added: GrantEntry[] = []
  for await (const page of pagesOf(how.grants)) {
    const ids = page.filter((row) => isUncovered(row, known)).map(({ id }) => id)
    for (let from = 0; from < ids.length; from += rowsAtOnce) {
      const entries = await Promise.all(ids.slice(from, from + rowsAtOnce).map((id) => entryOf(id, how)))
      const found = entries.filter((entry) => entry !== null)
      if (found.length > 0) await how.place.append(found.map(serializeEntry))
      added.push(...found)
    }
  }
  return added
}

async function entryOf(id: string, { grants, store, now }: CoverDependencies): Promise<GrantEntry | null> {
  const row = await grants.get(id)
  if (row?.status !== 'live') return null
  const { generation, status, reason } = row
  return { kind: 'grant', store, at: now(), grant: id, generation, status, reason, set: setOf(row), isStored: true }
}

/** Returns the entries that were added, of connections that have changed since. */
async function coverConnections(
  known: Pick<Known, 'connections'>,
  connections: Pick<ConnectionStore, 'some'>,
  { place, store }: Pick<CoverDependencies, 'place' | 'store'>,
): Promise<readonly ConnectionEntry[]> {
  const added: ConnectionEntry[] = []
  for await (const { row, isLater } of differingFrom(known, connections)) {
    const isDisconnected = row.status === 'disconnected'
    if (isLater) added.push({ kind: 'connection', store, at: row.updatedAt, connection: row.id, isDisconnected })
  }
  if (added.length > 0) await place.append(added.map(serializeEntry))
  return added
}

/** Covers all live grants when a process starts, and again after a text could not be kept. */
export interface Covering {
  /** A text could not be kept. */
  missed(): void
  /** A text is in the escrow: from then on one that knows nothing is not the right one. Notes it in the database, once. */
  kept(): Promise<void>
  /** `found`: what is in the escrow. Never rejects: one that takes nothing keeps nobody from starting. */
  coverAll(found: Known): Promise<void>
  /** Does the same after a text was missed. */
  round(): Promise<void>
}

export interface CoveringDependencies {
  /** What this process believes to be in the escrow: also what it could not write. */
  readonly known: Known
  readonly place: Pick<EscrowPlace, 'append' | 'read'>
  readonly store: Pick<Store, 'connections' | 'grants' | 'hasEscrow' | 'noteEscrow'>
  readonly clock: Pick<Clock, 'now'>
  readonly nameOfStore: () => Promise<string>
  readonly failed: (error: unknown) => void
}

export function createCovering(dependencies: CoveringDependencies): Covering {
  const { known, place, store, clock, nameOfStore, failed } = dependencies
  let isWhole = false
  let isNoted = false

  async function note(): Promise<void> {
    if (!isNoted && !(await store.hasEscrow())) await store.noteEscrow()
    isNoted = true
  }

  async function coverAll(found: () => Promise<Known>): Promise<void> {
    isWhole = true
    try {
      const how = { grants: store.grants, place, store: await nameOfStore(), now: () => clock.now() }
      const before = await found()
      const added = await cover(before, how)
      for (const entry of added) learnEntry(known, { ...entry, set: null })
      for (const entry of await coverConnections(before, store.connections, how)) learnEntry(known, entry)
      if (before.grants.size + before.connections.size + added.length > 0) await note()
    } catch (error) {
      isWhole = false
      failed(error)
    }
  }

  return {
    coverAll: (found) => coverAll(async () => found),
    missed() {
      isWhole = false
    },
    // A database that is away notes it with the next text.
    kept: () => note().catch(() => {}),
    async round() {
      if (!isWhole) await coverAll(async () => readKnown(place, await nameOfStore()))
    },
  }
}

/**
 * Refuses an escrow that knows nothing of a database that has had one, with live grants: it is another one, or its disk is
 * not there, and nobody could tell whether the database has gone back in time.
 *
 * @throws {PunctualError} `store_unavailable`, reason `escrow_empty`.
 */
export async function assertKnows(
  known: Pick<Known, 'attempts' | 'connections' | 'grants'>,
  store: Pick<Store, 'hasEscrow'> & { readonly grants: Pick<GrantStore, 'positions'> },
  { where }: Pick<EscrowPlace, 'where'>,
): Promise<void> {
  if (known.grants.size + known.connections.size + known.attempts.size > 0 || !(await store.hasEscrow())) return
  const live = await liveIn(store.grants)
  if (live === 0) return
  throw new PunctualError(
    'store_unavailable',
    `The escrow${where === undefined ? '' : ` ${where}`} knows no grant of this database, which has had an escrow: nobody can tell whether the tokens of its live grants (${live}) have been spent since. Name the right place, or mount its disk. If that escrow is lost, begin another one: punctual escrow begin.`,
    { reason: 'escrow_empty', retryable: true },
  )
}

async function liveIn(grants: Pick<GrantStore, 'positions'>): Promise<number> {
  let live = 0
  for await (const page of pagesOf(grants)) live += page.filter(({ status }) => status === 'live').length
  return live
}
