// What an escrow knows, folded from its texts in any order: of each grant what has the highest generation, of each connection
// the last word, and which attempts have been attached. A text that comes twice changes nothing.

import type { HealedGrant } from '../core/store/grants.ts'
import {
  type AttemptEntry,
  type ConnectionEntry,
  type Entry,
  type EscrowedSet,
  type GrantEntry,
  parseEntry,
} from './entry.ts'

export interface Known {
  /** Of each grant the entries of its highest generation, by what they say. */
  readonly grants: Map<string, GrantEntry[]>
  readonly connections: Map<string, ConnectionEntry>
  readonly attempts: Map<string, AttemptEntry>
  /** Texts of another database, or of a version that knows more. */
  foreign: number
  damaged: number
  texts: number
}

export function nothingKnown(): Known {
  return { grants: new Map(), connections: new Map(), attempts: new Map(), foreign: 0, damaged: 0, texts: 0 }
}

/** About how many texts a compaction would leave. */
export function neededTexts({ grants, connections, attempts }: Known): number {
  return grants.size + connections.size + attempts.size
}

/** Adds texts to what is known of one database. `store`: its name. */
export function learn(known: Known, texts: readonly string[], store: string): void {
  for (const text of texts) {
    known.texts++
    const entry = parseEntry(text)
    if (entry === 'damaged') known.damaged++
    else if (entry === 'unknown' || (entry.store !== null && entry.store !== store)) known.foreign++
    else learnEntry(known, entry)
  }
}

/** The same without the sets: what a process keeps in memory. */
export function learnPositions(known: Known, texts: readonly string[], store: string): void {
  const read = nothingKnown()
  learn(read, texts, store)
  for (const entries of read.grants.values()) for (const entry of entries) learnGrant(known, { ...entry, set: null })
  for (const entry of [...read.connections.values(), ...read.attempts.values()]) learnEntry(known, entry)
  known.damaged += read.damaged
  known.texts += read.texts
}

export function learnEntry(known: Known, entry: Entry): void {
  if (entry.kind === 'grant') learnGrant(known, entry)
  else if (entry.kind === 'connection') learnConnection(known, entry)
  else known.attempts.set(entry.attempt, entry)
}

function learnGrant({ grants }: Known, entry: GrantEntry): void {
  const before = grants.get(entry.grant) ?? []
  const generation = before[0]?.generation ?? -1
  if (entry.generation < generation) return
  if (entry.generation > generation) grants.set(entry.grant, [entry])
  else if (!before.some((one) => isSame(one, entry))) grants.set(entry.grant, [...before, entry])
}

function isSame(one: GrantEntry, other: GrantEntry): boolean {
  return one.at === other.at && one.status === other.status && one.set?.tokens === other.set?.tokens
}

function learnConnection({ connections }: Known, entry: ConnectionEntry): void {
  const before = connections.get(entry.connection)
  if (!before || entry.at > before.at || (entry.at === before.at && entry.isDisconnected))
    connections.set(entry.connection, entry)
}

/** A grant as it was last, as far as the escrow knows. */
export interface NewestGrant extends Omit<HealedGrant, 'set'> {
  readonly set: (EscrowedSet & { readonly at: number }) | null
  /** When the last entry of it was written. */
  readonly at: number
}

const mostFallbacks = 8

/**
 * Makes one of the entries of one generation. What was read from the row counts more than what was about to be stored,
 * which a reconnection may have overtaken: that one is a fallback set, unless the row was read again after it.
 */
export function newestOf(entries: readonly GrantEntry[]): NewestGrant {
  const sorted = [...entries].sort((a, b) => a.at - b.at)
  const withSet = sorted.filter(({ set }) => set !== null)
  const stored = withSet.findLast(({ isStored }) => isStored)
  const chosen = stored ?? withSet.at(-1)
  // One write has one time: what two rotations have sealed at the same time is one set in two texts.
  const isLastOfWrite = (one: GrantEntry) => withSet.findLast(({ at, isStored }) => at === one.at && !isStored) === one
  const beside = withSet.filter(
    (one) => one !== chosen && !one.isStored && (stored === undefined || one.at > stored.at) && isLastOfWrite(one),
  )
  const tokens = new Set([...beside.flatMap(({ set }) => set?.tokens ?? []), ...(chosen?.set?.fallbackTokens ?? [])])
  tokens.delete(chosen?.set?.tokens ?? '')
  const end = sorted.find(({ status }) => status === 'closed') ?? sorted.find(({ status }) => status === 'over')
  return {
    generation: sorted[0]?.generation ?? 0,
    status: end?.status ?? 'live',
    reason: end?.reason ?? null,
    at: sorted.at(-1)?.at ?? 0,
    set: chosen?.set ? { ...chosen.set, fallbackTokens: [...tokens].slice(0, mostFallbacks), at: chosen.at } : null,
  }
}
