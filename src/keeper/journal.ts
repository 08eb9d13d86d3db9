// Token answers that the store could not take. They are kept sealed: in memory, from where renewed sets are served, and
// in a file each, which survives this process. Each names the database that it is for, goes there by the same fence as
// any other write, and is forgotten only when that database has it. One that cannot go there stops no other.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Grant, PutBack, Schedule, SealedRenewal } from '../records/grants.ts'
import { type Entry, parseEntry, type SealedAnswer, serializeEntry, type WallTimes } from './journal-entry.ts'

/** Where the journal survives the process. Every write is on disk once it has resolved. */
export interface JournalFiles {
  write(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
  /** What is there by name; empty if there is no journal. A file that cannot be read is an empty text. */
  read(): Promise<ReadonlyMap<string, string>>
  /** Rejects where nothing could be written. Writes nothing. */
  check?(): Promise<void>
}

export interface JournalParts {
  readonly clock: Clock
  readonly files: JournalFiles
  /** Names the database that entries are for. */
  readonly identity: () => Promise<string>
  /** Brings a renewal into the database. */
  readonly putBack: (renewal: SealedRenewal, schedule: Schedule) => Promise<PutBack>
  /** Brings an answer of that age, in ms, into the database, or revokes it where nothing waits for it any more. */
  readonly takeAnswer: (answer: SealedAnswer, age: number) => Promise<void>
  /** Entries that cannot go where they belong, told with what to do. */
  readonly aside: SetAside
}

export interface Journal {
  /** Keeps a renewal of `grant`, the grant as it will be; `durable` tells whether it is on disk. */
  keep(grant: Grant, renewal: SealedRenewal, schedule: Schedule): Promise<{ readonly durable: boolean }>
  /** Keeps the answer to the exchange of a code. */
  keepAnswer(answer: SealedAnswer): Promise<{ readonly durable: boolean }>
  /** The grant as the journal knows it, if that is newer than `generation`. */
  newer(id: string, generation: number): Grant | null
  /** Whether a renewal of that generation, or of a later one, is not yet in the store: its refresh token has been spent. */
  holds(id: string, generation: number): boolean
  /** Whether it holds what was received for that attempt. */
  holdsAnswer(attempt: string): boolean
  /** How many entries this process can still bring to the store. */
  size(): number
  /**
   * Hands every entry to the store that is not set aside, each by itself, and forgets it once it is there. `away`: for
   * one of them the store was away, so that it makes sense to ask again soon.
   */
  replay(): Promise<'done' | 'away'>
  /**
   * Takes in what an earlier process left for this database.
   *
   * @throws {PunctualError} `store_unavailable` while that cannot be known.
   */
  load(): Promise<void>
}

interface Held {
  readonly entry: Entry
  readonly times: WallTimes
  /** When it was taken in, by the monotonic clock, and the ms that it had been in its file before. */
  readonly since: number
  readonly age: number
  /** The renewed grant, where this process has made it. */
  readonly grant: Grant | null
}

export function createJournal(parts: JournalParts): Journal {
  const { aside, clock, files } = parts
  const held = new Map<string, Held>()

  async function keep(entry: Entry, schedule: Schedule | null, grant: Grant | null): Promise<{ durable: boolean }> {
    const times = wallTimes(clock.now(), schedule)
    const name = nameOf(entry)
    held.set(name, { entry, times, since: clock.monotonic(), age: 0, grant })
    try {
      // Without a name an entry can only be for the database that knows its grant or its attempt.
      const store = await parts.identity().catch(() => null)
      await files.write(name, serializeEntry(store, entry, times))
      return { durable: true }
    } catch {
      return { durable: false }
    }
  }

  /** @throws {PunctualError} when the store cannot take it, now or at all. */
  async function handOver({ entry, times, since, age }: Held): Promise<void> {
    const passed = clock.monotonic() - since
    if (entry.kind === 'answer') return parts.takeAnswer(entry.answer, age + passed)
    const became = await parts.putBack(entry.renewal, remainingOf(times, passed))
    if (became !== 'absent') return
    const sentence = 'The database does not know this grant. Start Punctual once with the database that does.'
    throw new PunctualError('store_unavailable', sentence, { reason: 'another_database' })
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
      for (const { grant, times, since } of held.values()) {
        if (grant?.id !== id || grant.generation <= (newest?.generation ?? generation)) continue
        newest = { ...grant, remaining: remainingOf(times, clock.monotonic() - since).expiresInMs }
      }
      return newest
    },
    async replay() {
      let away = false
      for (const [name, one] of [...held]) {
        if (aside.has(name)) continue
        try {
          await handOver(one)
        } catch (error) {
          if (error instanceof PunctualError && error.retryable) away = true
          else giveUp(held, aside, name, error)
          continue
        }
        held.delete(name)
        aside.delete(name)
        await files.remove(name).catch(() => {})
      }
      return away ? 'away' : 'done'
    },
    async load() {
      const texts = await files.read().catch((cause: unknown) => {
        const sentence = 'The journal of renewed tokens cannot be read. Give this process access to its folder.'
        throw new PunctualError('store_unavailable', sentence, { reason: 'journal_unreadable', retryable: true, cause })
      })
      if (texts.size === 0) return
      const store = await parts.identity()
      for (const [name, text] of texts) {
        if (held.has(name)) continue
        const found = parseEntry(text, clock.now())
        if (found === null) aside.add(`journal file ${name}`, unreadable)
        else if (found.store !== null && found.store !== store) aside.add(`journal file ${name}`, ofAnother)
        else held.set(name, { ...found, since: clock.monotonic(), grant: null })
      }
    },
  }
}

const unreadable = new PunctualError(
  'value_unreadable',
  'It is not a whole entry of a journal. Restore it, or remove it if it is not ours.',
  { reason: 'damaged' },
)
const ofAnother = new PunctualError(
  'store_unavailable',
  'It belongs to another database. Start Punctual once with that database, so that it can take the entry over.',
  { reason: 'another_database' },
)

/**
 * What this store does not take stays in its file, and this process asks again after a while. Only where the entry cannot
 * be opened at all is its grant free to go on without it: nobody can use what is in there.
 */
function giveUp(held: Map<string, Held>, aside: SetAside, name: string, error: unknown): void {
  aside.add(`journal file ${name}`, error)
  const isDamaged = error instanceof PunctualError && error.code === 'value_unreadable' && error.reason === 'damaged'
  if (isDamaged || !(error instanceof PunctualError)) held.delete(name)
}

function nameOf(entry: Entry): string {
  if (entry.kind === 'answer') return `${entry.answer.attempt}.answer.json`
  return `${entry.renewal.grant}.${entry.renewal.generation}.json`
}

function wallTimes(now: number, schedule: Schedule | null): WallTimes {
  const at = (ms: number | null) => (ms === null ? null : now + ms)
  const { expiresInMs: expiresIn = 0, refreshInMs: renewIn = null, dueInMs: dueIn = null } = schedule ?? {}
  return { writtenAt: now, expiresAt: now + expiresIn, renewAt: at(renewIn), dueAt: at(dueIn) }
}

/** The schedule that is left of a set after so many ms. */
function remainingOf({ writtenAt, expiresAt, renewAt, dueAt }: WallTimes, elapsed: number): Schedule {
  const until = (time: number | null) => (time === null ? null : Math.max(0, time - writtenAt - elapsed))
  return { expiresInMs: expiresAt - writtenAt - elapsed, refreshInMs: until(renewAt), dueInMs: until(dueAt) }
}
