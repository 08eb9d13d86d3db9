// Token answers that the store could not accept. They are kept sealed: in memory, from where refreshed token sets are
// served, and in a file each, which survives this process. Each names the database that it is for, goes there by the
// same fence as any other write, and is forgotten only when that database has it. One that cannot go there stops no
// other.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { wordFor } from '../core/reporter.ts'
import type { SetAside } from '../core/set-aside.ts'
import { unknownAgeMs } from '../core/store/wrong-clock.ts'
import type { Grant } from '../records/grants.ts'
import type { Schedule, SealedRefresh } from '../records/refreshed-set.ts'
import { type Entry, parseEntry, type SealedAnswer, serializeEntry } from './journal-entry.ts'

/** Where the journal survives the process. Every write is on disk once it has resolved. */
export interface JournalFiles {
  write(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
  /** The texts by name; empty if there is no journal. A file that cannot be read is an empty text. */
  read(): Promise<ReadonlyMap<string, string>>
  /** Rejects where nothing could be written. Writes nothing. */
  check?(): Promise<void>
}

/** Where the journal's entries go. Each rejects when the store cannot accept the entry, now or at all. */
export interface JournalTarget {
  /** Stores a renewal that was kept with that schedule so many ms ago. */
  storeRenewal(renewal: SealedRefresh, schedule: Schedule, ageMs: number): Promise<void>
  /** Stores an answer of that age. */
  storeAnswer(answer: SealedAnswer, ageMs: number): Promise<void>
}

export interface Journal {
  /** Keeps a renewal of `grant`, the grant as it will be; `durable` says whether it is on disk. */
  keep(grant: Grant, renewal: SealedRefresh, schedule: Schedule): Promise<{ readonly durable: boolean }>
  /** Keeps the answer to the exchange of a code. */
  keepAnswer(answer: SealedAnswer): Promise<{ readonly durable: boolean }>
  /** The grant as the journal knows it, if that is newer than `generation`. */
  newer(id: string, generation: number): Grant | null
  /**
   * Whether a renewal of that generation, or of a later one, is not yet in the store: its refresh token has been spent.
   */
  holds(id: string, generation: number): boolean
  /** Whether it holds the answer for that attempt. */
  holdsAnswer(attempt: string): boolean
  /** How many entries this process can still bring to the store. */
  size(): number
  /**
   * The queues that have entries: one for all renewals, and one for each client's answers, since those may need the
   * provider. A queue delays no other.
   */
  queues(): ReadonlySet<string>
  /**
   * Brings every entry of a queue to its target, each by itself, and forgets it once it is there. `away`: for one of them
   * the store or the provider was away, so that it makes sense to try again soon.
   */
  replay(target: JournalTarget, queue: string): Promise<'done' | 'away'>
  /** Forgets what it holds of grants that were deleted. */
  drop(hasEnded: (grant: string) => Promise<boolean>): Promise<void>
  /**
   * Removes the files of entries that the store has, where that failed before. A later start would offer such an entry again,
   * perhaps when nothing tells any more that the store has had it.
   */
  removeStored(): Promise<void>
  /**
   * Reads what an earlier process left for this database.
   *
   * @throws {PunctualError} `store_unavailable` while that cannot be known.
   */
  load(): Promise<void>
}

interface Held {
  readonly entry: Entry
  /** As it was when the entry was written; `null` for an answer. */
  readonly schedule: Schedule | null
  /** When it was written, by the monotonic clock: before this process began, where another one wrote it. */
  readonly since: number
  /** The refreshed grant, where this process has made it. */
  readonly grant: Grant | null
}

export interface JournalDependencies {
  readonly clock: Clock
  readonly files: JournalFiles
  /** Names the database that entries are for. */
  readonly identity: () => Promise<string>
  /** Entries that cannot go where they belong, each reported with what to do. */
  readonly aside: SetAside
}

export function createJournal({ clock, files, identity, aside }: JournalDependencies): Journal {
  const held = new Map<string, Held>()
  /** Files whose entries the store has, and that could not be removed. */
  const stored = new Set<string>()
  const ageMs = ({ since }: Held) => clock.monotonic() - since

  async function keep(entry: Entry, schedule: Schedule | null, grant: Grant | null): Promise<{ durable: boolean }> {
    const now = clock.now()
    const name = nameOf(entry)
    held.set(name, { entry, schedule, since: clock.monotonic(), grant })
    stored.delete(name)
    try {
      // Without a name an entry can only be for the database that knows its grant or its attempt.
      const store = await identity().catch(() => null)
      await files.write(name, serializeEntry(store, entry, schedule, now))
      return { durable: true }
    } catch {
      return { durable: false }
    }
  }

  async function remove(name: string): Promise<void> {
    stored.add(name)
    try {
      await files.remove(name)
    } catch (error) {
      aside.add(recordOf(name), unremovable(error))
      return
    }
    stored.delete(name)
    aside.delete(recordOf(name))
  }

  return {
    size: () => held.size,
    holds: (id, generation) =>
      [...held.values()].some(
        ({ entry }) => entry.kind === 'renewal' && entry.renewal.grant === id && entry.renewal.generation >= generation,
      ),
    holdsAnswer: (attempt) =>
      [...held.values()].some(({ entry }) => entry.kind === 'answer' && entry.answer.attempt === attempt),
    keep: (grant, renewal, schedule) => keep({ kind: 'renewal', renewal }, schedule, grant),
    keepAnswer: (answer) => keep({ kind: 'answer', answer }, null, null),
    newer(id, generation) {
      let newest: Grant | null = null
      for (const one of held.values()) {
        const { grant, schedule } = one
        if (grant?.id !== id || grant.generation <= (newest?.generation ?? generation)) continue
        newest = { ...grant, remaining: (schedule?.expiresInMs ?? 0) - ageMs(one) }
      }
      return newest
    },
    queues: () => new Set([...held.values()].map(({ entry }) => queueOf(entry))),
    async replay(target, queue) {
      let isAway = false
      for (const [name, one] of [...held]) {
        if (queueOf(one.entry) !== queue) continue
        // An entry that was set aside is offered each time too: its tokens may exist nowhere else.
        try {
          await bring(one, ageMs(one), target)
        } catch (error) {
          if (error instanceof PunctualError && error.retryable) isAway = true
          else giveUp(held, aside, name, error)
          continue
        }
        held.delete(name)
        await remove(name)
      }
      return isAway ? 'away' : 'done'
    },
    async drop(hasEnded) {
      for (const [name, { entry }] of [...held]) {
        if (entry.kind !== 'renewal' || !(await hasEnded(entry.renewal.grant))) continue
        held.delete(name)
        await remove(name)
      }
    },
    async removeStored() {
      for (const name of [...stored]) await remove(name)
    },
    load: () => load(held, { clock, files, identity, aside }),
  }
}

function bring({ entry, schedule }: Held, ageMs: number, target: JournalTarget): Promise<void> {
  if (entry.kind === 'answer') return target.storeAnswer(entry.answer, ageMs)
  return target.storeRenewal(entry.renewal, schedule ?? ended, ageMs)
}

const ended: Schedule = { expiresInMs: 0, refreshInMs: 0, dueInMs: 0 }

async function load(held: Map<string, Held>, { clock, files, identity, aside }: JournalDependencies): Promise<void> {
  const texts = await files.read().catch((cause: unknown) => {
    const sentence = 'The journal of refreshed tokens cannot be read. Give this process access to its folder.'
    throw new PunctualError('store_unavailable', sentence, { reason: 'journal_unreadable', retryable: true, cause })
  })
  if (texts.size === 0) return
  const store = await identity()
  for (const [name, text] of texts) {
    if (held.has(name)) continue
    const found = parseEntry(text, clock.now())
    if (found === null) aside.add(recordOf(name), unreadable)
    else if (found.store !== null && found.store !== store) aside.add(recordOf(name), ofAnotherDatabase)
    else {
      const { entry, schedule, ageMs } = found
      held.set(name, { entry, schedule, since: clock.monotonic() - (ageMs ?? unknownAgeMs), grant: null })
    }
  }
}

const unreadable = new PunctualError(
  'value_unreadable',
  'It is not a complete journal entry. Restore it from a backup, or remove it if Punctual did not write it.',
  { reason: 'damaged' },
)
const ofAnotherDatabase = new PunctualError(
  'store_unavailable',
  'It belongs to another database. Start Punctual once with that database, so that it can store the entry.',
  { reason: 'another_database' },
)

function unremovable(cause: unknown): PunctualError {
  const word = wordFor(cause)
  return new PunctualError(
    'store_unavailable',
    `The database has what is in it, and the file cannot be removed${word ? ` (${word})` : ''}: a later start would offer it again. Let this process write in the folder of the journal, or remove the file yourself.`,
    { reason: 'journal_unwritable', cause },
  )
}

/**
 * An entry that this store does not accept stays in its file, and this process tries again after a while. If the entry
 * cannot be opened at all, its grant continues without it: no process can use such an entry.
 */
function giveUp(held: Map<string, Held>, aside: SetAside, name: string, error: unknown): void {
  aside.add(recordOf(name), error)
  const isDamaged = error instanceof PunctualError && error.code === 'value_unreadable' && error.reason === 'damaged'
  if (isDamaged || !(error instanceof PunctualError)) held.delete(name)
}

/** The queue of renewals: they need the store alone. */
export const renewals = 'renewals'

/** The queue of a client's answers. */
export function answersOf(client: string): string {
  return `answers of ${client}`
}

function queueOf(entry: Entry): string {
  return entry.kind === 'renewal' ? renewals : answersOf(entry.answer.client)
}

function nameOf(entry: Entry): string {
  if (entry.kind === 'answer') return `${entry.answer.attempt}.answer.json`
  return `${entry.renewal.grant}.${entry.renewal.generation}.json`
}

/** How the file is named in a report. */
function recordOf(name: string): string {
  return `journal file ${name}`
}
