// What an escrow has to know, and what may be lost when the database goes back. Rule `escrowed`: the escrow has what the store
// has of a grant, unless a fault has kept it out. Only where one has, the other rules forget what was known before a
// restore: a set may then be presented that was spent, and a grant may be lost.

import type { Checker } from './checker.ts'
import type { EscrowedGrant, SimulatedEscrow } from './escrow-place.ts'
import type { Backup } from './restorable-store.ts'
import { type Row, setsOf } from './rows.ts'
import type { KnownConnection } from './workload.ts'
import type { SimulatedProcess, World } from './world.ts'

/** What a write needs until it is in the escrow, its retries included. */
const writtenWithinMs = 30_000

interface LastChange {
  readonly process: SimulatedProcess
  readonly at: number
  readonly pauses: number
  /** A fault has kept it out of the escrow, and the database has gone back since. */
  readonly isForgiven: boolean
}

export interface EscrowRules {
  /** A process has changed a grant: its set, or its end. */
  changed(process: SimulatedProcess, operation: string, row: Row): void
  detached(process: SimulatedProcess, connection: string): void
  /** Puts the database back, and lets the other rules know what is lost with it. */
  restore(backup: Backup, connections: Map<string, KnownConnection>): Promise<void>
  /** The last check: all is well, and every process has had its time. */
  checkEnd(): void
}

type Change = LastChange & { readonly what: string }

export function createEscrowRules(world: World, escrow: SimulatedEscrow): EscrowRules {
  const { checker, scheduler } = world
  const changes = new Map<string, Change>()
  const detachments = new Map<string, LastChange>()
  const restoring = createRestoring(world, escrow, changes, detachments)
  const changeBy = (process: SimulatedProcess): LastChange => ({
    process,
    at: scheduler.now(),
    pauses: process.pauses,
    isForgiven: false,
  })

  return {
    changed(process, operation, row) {
      if (operation === 'heal') checkHealed(row, escrow.newest(row.id), checker)
      const what = whatOf(row)
      if (changes.get(row.id)?.what !== what) changes.set(row.id, { ...changeBy(process), what })
    },
    detached: (process, connection) => void detachments.set(connection, changeBy(process)),
    restore: restoring,
    checkEnd() {
      for (const row of checker.rows.values()) {
        if (row.status !== 'live') continue
        const known = escrow.newest(row.id)
        if (isMissing(row, known) && changes.get(row.id)?.process.ended !== null)
          checker.reportViolation('escrowed', `${howFar(row, known)}, at the end`)
      }
    },
  }
}

/** Returns what puts the database back, and lets the other rules know what is lost with it. */
function createRestoring(
  world: World,
  escrow: SimulatedEscrow,
  changes: Map<string, Change>,
  detachments: ReadonlyMap<string, LastChange>,
): EscrowRules['restore'] {
  const { checker, scheduler, database, note } = world
  const { tracker } = checker

  /** Whether a fault may have kept out of the escrow what was written then. */
  function isExcused(change: LastChange | undefined): boolean {
    if (!change) return false
    const { process, at, pauses, isForgiven } = change
    if (isForgiven) return true
    const isFresh = at + writtenWithinMs > scheduler.now()
    const hasDied = process.ended !== null && process.endedAt < at + writtenWithinMs
    return isFresh || hasDied || process.pauses > pauses || escrow.isTroubledSince(process, at - writtenWithinMs)
  }

  async function restoreGrant(row: Row): Promise<void> {
    const known = escrow.newest(row.id)
    const isLost = isMissing(row, known)
    const last = changes.get(row.id)
    const mayBeLost = isLost && isExcused(last)
    if (isLost && !mayBeLost) checker.reportViolation('escrowed', howFar(row, known))
    const after = await checker.restored(row.id)
    const held = new Set([...(known?.sets ?? []), ...setsOf(after)])
    for (const set of held) checker.setRestored(set, mayBeLost)
    // A grant that was connected after the backup is not there any more: its person connects again.
    if (mayBeLost || after === null)
      for (const set of setsOf(row)) if (after === null || !held.has(set)) tracker.stateOf(set).lostByRestore = true
    if (last) changes.set(row.id, { ...last, what: whatOf(after), isForgiven: last.isForgiven || mayBeLost })
  }

  async function restoreConnection(id: string, connections: Map<string, KnownConnection>): Promise<void> {
    const at = scheduler.now()
    const row = await database.store.connections.get(id)
    const wasEnded = checker.disconnected.get(id)?.still === true
    const isThere = row !== null && row.status !== 'disconnected'
    if (!isThere) {
      connections.delete(id)
      if (!wasEnded) checker.disconnected.set(id, { at, still: true, knownSince: new Map() })
    } else if (wasEnded && !escrow.isDisconnected(id) && isExcused(detachments.get(id))) {
      checker.disconnected.set(id, { at, still: false, knownSince: new Map() })
      // What has been revoked stays so.
      for (const set of setsOf(checker.rows.get(row.grant) ?? null)) tracker.stateOf(set).lostByRestore = true
    }
  }

  return async (backup, connections) => {
    checker.noteFault()
    const rows = [...checker.rows.values()]
    database.restore(backup)
    note('store', () => 'is put back')
    for (const row of rows) await restoreGrant(row)
    for (const id of new Set([...connections.keys(), ...checker.disconnected.keys()]))
      await restoreConnection(id, connections)
    checker.allRestored()
    // The answer to a code was in an attempt that is not there any more.
    for (const set of world.provider.sets)
      if (set.parent === null && !tracker.stateOf(set).attached) tracker.stateOf(set).lostByRestore = true
  }
}

/** Whether the escrow does not know how far that grant has come. */
function isMissing(row: Row, known: EscrowedGrant | null): boolean {
  if (row.status === 'closing') return false
  if (known === null || known.generation < row.generation) return true
  return row.status !== 'live' && known.generation === row.generation && !known.isEnded
}

function whatOf(row: Row | null): string {
  return row === null ? '' : `${row.status} ${row.generation}`
}

function howFar({ name, generation }: Row, known: EscrowedGrant | null): string {
  return `the escrow has generation ${known?.generation} of ${name}, the store ${generation}`
}

/** A row is healed to what the escrow has; it may know more by now. */
function checkHealed(row: Row, known: EscrowedGrant | null, { reportViolation }: Checker): void {
  if (known !== null && known.generation > row.generation) return
  const isKnown =
    known?.generation === row.generation && (row.set === null || row.status !== 'live' || known.sets.has(row.set))
  if (!isKnown)
    reportViolation(
      'in_order',
      `${row.name} is healed to generation ${row.generation}, set ${row.set?.n}: the escrow has ${known?.generation}`,
    )
}
