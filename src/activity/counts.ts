// What this process has counted since it was last written: tallies, errors and entries of the log. However much happens,
// it stays small; what finds no room is left out.

import { createHash } from 'node:crypto'
import type { NotedError } from '../core/noted-error.ts'
import type { TallyKind, TallyOutcome } from '../core/operator.ts'
import { storable } from '../core/storable.ts'
import type { LogData, LogKind, NewLogEntry } from '../core/store/activity-log.ts'
import type { SeenErrors } from '../core/store/error-groups.ts'
import { type TallyCount, tallyBucketMs } from '../core/store/tallies.ts'

/** Counts of ten minutes in which something was counted. */
export interface CountedTallies {
  /** When the last of them was counted, by the monotonic clock. */
  at: number
  readonly counts: Map<string, { -readonly [Name in keyof TallyCount]: TallyCount[Name] }>
}

interface CountedErrors extends Omit<SeenErrors, 'agoMs' | 'connections' | 'count' | 'sentence'> {
  at: number
  count: number
  sentence: string
  readonly connections: Set<string>
}

interface CountedEntry extends Omit<NewLogEntry, 'agoMs'> {
  readonly at: number
}

/** What a flush takes. The parts that the store does not accept come back. */
export interface Batch {
  tallies: readonly CountedTallies[]
  errors: readonly CountedErrors[]
  log: readonly CountedEntry[]
}

export interface Counts {
  tally(kind: TallyKind, outcome: TallyOutcome, client: string): void
  error(error: NotedError): void
  /** `subject`: what the entry is found by; `null`: by nothing but its kind and client. */
  log(kind: LogKind, client: string | null, data: LogData, subject?: string | null): void
  isEmpty(): boolean
  /** Takes everything. */
  take(): Batch
  /** Puts back what was not written; what was counted since comes on top. */
  putBack(batch: Batch): void
}

const mostTallies = 2000
const mostErrors = 500
const mostTouched = 1000
const mostEntries = 1000
/** Longer than an outage is worth being drawn exactly. */
const mostBuckets = 24

export function createCounts(clock: { monotonic(): number }): Counts {
  const buckets = new Map<number, CountedTallies>()
  const errors = new Map<string, CountedErrors>()
  let entries: CountedEntry[] = []

  function bucketOf(at: number): CountedTallies {
    const place = Math.floor(at / tallyBucketMs)
    const known = buckets.get(place)
    if (known) return known
    const made: CountedTallies = { at, counts: new Map() }
    buckets.set(place, made)
    const [oldest] = buckets.keys()
    if (buckets.size > mostBuckets && oldest !== undefined) buckets.delete(oldest)
    return made
  }

  function addTally(at: number, { kind, outcome, client, count }: TallyCount): void {
    const bucket = bucketOf(at)
    bucket.at = Math.max(bucket.at, at)
    const key = `${kind} ${outcome} ${client}`
    const known = bucket.counts.get(key)
    if (known) known.count += count
    else if (bucket.counts.size < mostTallies) bucket.counts.set(key, { kind, outcome, client, count })
  }

  function addError(seen: CountedErrors): void {
    const known = errors.get(seen.id)
    if (!known) {
      if (errors.size < mostErrors) errors.set(seen.id, seen)
      return
    }
    known.count += seen.count
    if (seen.at >= known.at) [known.at, known.sentence] = [seen.at, seen.sentence]
    for (const connection of seen.connections)
      if (known.connections.size < mostTouched) known.connections.add(connection)
  }

  return {
    tally: (kind, outcome, client) => addTally(clock.monotonic(), { kind, outcome, client, count: 1 }),
    error({ code, reason, client, connection, message }) {
      const connections = new Set(connection === null ? [] : [connection])
      const sentence = storable(message, 500)
      addError({ ...groupOf(code, reason, client), at: clock.monotonic(), count: 1, sentence, connections })
    },
    log(kind, client, data, subject = null) {
      if (entries.length < mostEntries) entries.push({ kind, client, subject, data, at: clock.monotonic() })
    },
    isEmpty: () => buckets.size === 0 && errors.size === 0 && entries.length === 0,
    take() {
      const batch = { tallies: [...buckets.values()], errors: [...errors.values()], log: entries }
      buckets.clear()
      errors.clear()
      entries = []
      return batch
    },
    putBack({ tallies, errors: failed, log }) {
      for (const { at, counts } of tallies) for (const count of counts.values()) addTally(at, count)
      for (const seen of failed) addError(seen)
      entries = [...log, ...entries].slice(0, mostEntries)
    },
  }
}

/** Groups that were asked for last: the id is a digest, and most errors are of few groups. */
const known = new Map<string, Pick<CountedErrors, 'id' | 'code' | 'reason' | 'client'>>()

function groupOf(code: string, reason: string | null, client: string | null) {
  const key = JSON.stringify([code, reason, client])
  const found = known.get(key)
  if (found) return found
  const id = `err_${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`
  const group = { id, code, reason: reason === null ? null : storable(reason, 200), client }
  if (known.size >= mostErrors) known.clear()
  known.set(key, group)
  return group
}
