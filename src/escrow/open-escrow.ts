// The escrow of one process: it keeps what the store is given, knows how far each grant has come, and heals the rows that are
// older. A text that cannot be kept fails no refresh: it is reported once, with what to do.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { EscrowPlace, EscrowPosition } from '../core/escrow-place.ts'
import { type Reporter, wordFor } from '../core/reporter.ts'
import type { GrantPosition } from '../core/store/grants.ts'
import type { Store } from '../core/store/store.ts'
import { within } from '../core/timeouts.ts'
import { compact, type IsDeleted } from './compact.ts'
import { assertKnows, type Covering, createCovering } from './cover.ts'
import { type AttemptEntry, type ConnectionEntry, type Entry, type GrantEntry, serializeEntry } from './entry.ts'
import { type HealDependencies, type Healing, heal, isBehind, readKnown } from './heal.ts'
import { type KeptWrites, keepWrites } from './keep-writes.ts'
import { type Known, learnEntry, learnPositions, neededTexts, nothingKnown } from './known.ts'
import { createWriter } from './writer.ts'

export interface OpenEscrow {
  readonly writes: KeptWrites
  /** Heals every row, once; `null`: that is done. Nothing may be presented before. */
  ready(): Promise<void> | null
  /** Whether the escrow knows a later set of a grant than its row, which has been spent for it then. */
  isBehind(row: Omit<GrantPosition, 'leaseLeftMs'>): Promise<boolean>
  /** Heals every row now. Callers at the same time share it. */
  heal(): Promise<Healing>
  /** The background job: keeps the escrow small. */
  round(): Promise<void>
  /** Drops the tokens of grants that were deleted: that they have ended stays. */
  shed(): Promise<void>
}

export interface OpenEscrowDependencies {
  readonly place: EscrowPlace
  readonly store: Pick<Store, 'attempts' | 'connections' | 'ended' | 'grants' | 'hasEscrow' | 'identity' | 'noteEscrow'>
  readonly clock: Clock
  readonly reporter: Reporter
  /** Forgets what is kept in memory of the tokens of all grants. */
  readonly forget: () => void
}

/** Ms for which a refresh waits for its text, and for a look at those of other processes. */
const patienceMs = 2000
/** A compaction is worth it where the escrow is larger than this, and most of it is old. */
const smallBytes = 1_048_576
const mostTextsPerNeeded = 4

export function openEscrow(dependencies: OpenEscrowDependencies): OpenEscrow {
  const { place, store, clock, reporter, forget } = dependencies
  const keeping = createKeeping(dependencies, { missed: () => covering.missed(), kept: () => covering.kept() })
  const { known, look, nameOfStore } = keeping
  const failed = (error: unknown) => reporter.failed(places.write, unwritable(error))
  const covering = createCovering({ known, place, store, clock, nameOfStore, failed })
  let isReady = false
  let loading: Promise<void> | null = null
  let healing: Promise<Healing> | null = null

  async function healNow(): Promise<Healing> {
    const named = await nameOfStore()
    const all = await readKnown(place, named).catch((error: unknown) => {
      throw unreadable(error)
    })
    await assertKnows(all, store, place)
    await look().catch(() => {})
    const done = await heal(all, { store, clock } satisfies HealDependencies).finally(forget)
    report(reporter, done)
    await covering.coverAll(all)
    return done
  }

  function healShared(): Promise<Healing> {
    healing ??= healNow().finally(() => {
      healing = null
    })
    return healing
  }

  function ready(): Promise<void> | null {
    if (isReady) return null
    loading ??= healShared()
      .then(() => {
        isReady = true
      })
      .finally(() => {
        loading = null
      })
    return loading
  }

  async function compactNow(): Promise<void> {
    await compact(place, clock.now(), undefined, await areDeleted(known, store, await nameOfStore()))
    known.texts = 0
    keeping.lookFromStart()
    // What it has forgotten for its age, by a wrong clock or a right one, is put there again where its grant is live.
    covering.missed()
  }

  return {
    writes: keepWrites({
      store,
      ...keeping,
      missed: covering.missed,
      async newestGeneration(grant) {
        await keeping.lookBriefly()
        return known.grants.get(grant)?.[0]?.generation ?? 0
      },
      ready: async () => void (await ready()),
      async bringUpToDate(grant) {
        await keeping.lookBriefly()
        const row = await store.grants.get(grant)
        if (row && isBehind(row, known)) await healShared()
      },
    }),
    ready,
    heal: healShared,
    async isBehind(row) {
      await keeping.lookBriefly()
      return isBehind(row, known)
    },
    async round() {
      // It adds what is not there, which an escrow that is refused must not get.
      await ready()
      const bytes = await look()
      await covering.round()
      if (bytes < smallBytes || known.texts < neededTexts(known) * mostTextsPerNeeded) return
      await compactNow()
    },
    async shed() {
      await look()
      await compactNow()
    },
  }
}

async function areDeleted(
  known: Pick<Known, 'grants'>,
  store: Pick<OpenEscrowDependencies['store'], 'ended' | 'grants'>,
  name: string,
): Promise<IsDeleted> {
  const deleted = await deletedOnes(known, store)
  return (entry) => (entry.store === null || entry.store === name) && deleted.has(entry.grant)
}

/** The grants that the escrow knows, and that were deleted from the store. */
async function deletedOnes(
  { grants }: Pick<Known, 'grants'>,
  store: Pick<OpenEscrowDependencies['store'], 'ended' | 'grants'>,
): Promise<ReadonlySet<string>> {
  const missing = new Set(grants.keys())
  for (let after: string | null = null; missing.size > 0; ) {
    const page = await store.grants.positions(after, positionsAtOnce)
    for (const { id } of page) missing.delete(id)
    if (page.length < positionsAtOnce) break
    after = page.at(-1)?.id ?? null
  }
  for (const id of missing) if (!(await store.ended.has(id))) missing.delete(id)
  return missing
}

const positionsAtOnce = 1000

/** Writing, and knowing how far each grant has come. */
function createKeeping(
  { place, store, clock, reporter }: OpenEscrowDependencies,
  { missed, kept }: Pick<Covering, 'kept' | 'missed'>,
) {
  const known = nothingKnown()
  const write = createWriter(place)
  let position: EscrowPosition | null = null
  let name: string | null = null
  let looking: Promise<number> | null = null

  async function nameOfStore(): Promise<string> {
    name ??= await store.identity()
    return name
  }

  /** Learns what other processes have added. Returns the size of the escrow. */
  async function lookNow(): Promise<number> {
    const named = await nameOfStore()
    const read = await place.read(position)
    learnPositions(known, read.texts, named)
    position = read.position
    return read.bytes
  }

  function look(): Promise<number> {
    looking ??= lookNow().finally(() => {
      looking = null
    })
    return looking
  }

  /** Begins after the caller has asked, which the shared one may not. Without it, what is known decides. */
  async function lookBriefly(): Promise<void> {
    try {
      await looking?.catch(() => {})
      if ((await within(clock, patienceMs, look())) === null) throw new TypeError('it took too long')
      reporter.worked(places.read)
    } catch (error) {
      reporter.failed(places.read, { ...unwritable(error), message: unreadable(error).message })
    }
  }

  async function keep(entry: Entry): Promise<void> {
    const isInTime = await within(
      clock,
      patienceMs,
      write(serializeEntry(entry)).then(() => true),
    )
    if (isInTime === null) throw new TypeError('it took too long')
    reporter.worked(places.write)
  }

  type Unnamed = Omit<GrantEntry, 'store'> | Omit<ConnectionEntry, 'store'> | Omit<AttemptEntry, 'store'>

  async function keepStamped(entry: Unnamed): Promise<void> {
    learnEntry(known, entry.kind === 'grant' ? { ...entry, store: name, set: null } : { ...entry, store: name })
    try {
      // Without a name an entry can only be for the database that knows its grant.
      const named = name ?? (await nameOfStore().catch(() => null))
      await keep({ ...entry, store: named } as Entry)
      await kept()
    } catch (error) {
      missed()
      reporter.failed(places.write, unwritable(error))
    }
  }

  return {
    known,
    look,
    lookBriefly,
    nameOfStore,
    lookFromStart() {
      position = null
    },
    keepGrant: (entry: Omit<GrantEntry, 'store' | 'at' | 'kind'>) =>
      keepStamped({ ...entry, kind: 'grant', at: clock.now() }),
    keepAttempt: (entry: Omit<AttemptEntry, 'store' | 'kind'>) => keepStamped({ ...entry, kind: 'attempt' }),
    keepConnection(entry: Omit<ConnectionEntry, 'store' | 'kind'>) {
      // Later than what is known of it, whatever the clock says.
      const before = known.connections.get(entry.connection)?.at ?? 0
      return keepStamped({ ...entry, kind: 'connection', at: Math.max(entry.at, before + 1) })
    },
  }
}

const places = { write: 'escrow write', read: 'escrow read', heal: 'escrow heal' } as const

function unwritable(error: unknown) {
  const { word, what } = trouble(error)
  return {
    code: 'escrow_unwritable' as const,
    reason: word,
    message: `The escrow of token sets cannot be written${what}. Grants are refreshed as ever, but a backup that is restored later would lose those that were refreshed meanwhile.`,
  }
}

function unreadable(error: unknown): PunctualError {
  return new PunctualError(
    'store_unavailable',
    `The escrow of token sets cannot be read, so that nobody can tell whether the database has gone back in time${trouble(error).what}. Without "escrow" (PUNCTUAL_ESCROW) it starts all the same.`,
    { reason: 'escrow_unreadable', retryable: true, cause: error },
  )
}

/** A database says what is wrong with it. Of another place only a word is known. */
function trouble(error: unknown): { readonly word: string | null; readonly what: string } {
  if (error instanceof PunctualError)
    return { word: error.reason ?? null, what: `: ${error.message.replace(/\.$/, '')}` }
  const word = wordFor(error)
  const remedy =
    'let this process read and write the folder that "escrow" (PUNCTUAL_ESCROW) names, and make room on its disk'
  return { word, what: `${word ? ` (${word})` : ''}: ${remedy}` }
}

function report(reporter: Reporter, healing: Healing): void {
  const { healed, ended, disconnected, reconnected, missing, damaged } = healing
  if (healed + ended + disconnected + reconnected === 0) return
  const parts = [
    `Grants that got their newest token set from the escrow: ${healed}`,
    ...(ended > 0 ? [`grants that had ended and ended again: ${ended}`] : []),
    ...(disconnected > 0 ? [`connections that had been disconnected and were so again: ${disconnected}`] : []),
    ...(reconnected > 0 ? [`connections that their owners had taken up again and were so again: ${reconnected}`] : []),
    ...(missing.length > 0
      ? [`grants that the database does not know, whose people must connect again: ${missing.length}`]
      : []),
    ...(damaged > 0 ? [`damaged texts in the escrow: ${damaged}`] : []),
  ]
  reporter.failed(places.heal, {
    code: 'store_went_back',
    reason: 'healed',
    message: `The database was older than its escrow: a backup was restored, or a process ended before a write. ${parts.join('; ')}. There is nothing more to do for those${damaged > 0 ? ' but the damaged: a grant whose newest text is one was not healed, and its owner may have to connect again' : ''}; "punctual escrow status" shows the rest.`,
  })
}
