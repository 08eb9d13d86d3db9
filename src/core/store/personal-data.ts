// What is kept about one owner, over all tables: counted, read for an export, and erased. Sealed fields are opaque here.

/** The kinds of rows, in the order in which they are erased. */
export const personalKinds = [
  'connectSessions',
  'attempts',
  'apiKeys',
  'errors',
  'activity',
  'events',
  'feed',
  'subscriptions',
  'bookingKeys',
  'bookingLinks',
  'history',
  'connections',
] as const

export type PersonalKind = (typeof personalKinds)[number]

/** How many rows of each kind. */
export type PersonalCounts = Readonly<Record<PersonalKind, number>>

/** A row by the names of its fields: what JSON can hold, without secrets and digests. */
export type PersonalRow = Readonly<Record<string, unknown>>

export interface PersonalDataStore {
  /** How many rows of each kind are about that owner. */
  count(owner: string): Promise<PersonalCounts>
  /**
   * Rows of one kind, in the order of their keys, from the one with the index `from` on. `connections` has none: they are
   * listed elsewhere.
   */
  read(owner: string, kind: PersonalKind, from: number, limit: number): Promise<PersonalRow[]>
  /**
   * Deletes up to `limit` rows of one kind, and returns how many. An attempt whose code may have left, or whose tokens are
   * not revoked yet, stays without its owner. Of the audit only the name goes. Of `connections` those go that are
   * disconnected and whose grant is closed, with their grants and the whole history; the others go later, by the sweep of
   * what has ended.
   */
  erase(owner: string, kind: PersonalKind, limit: number): Promise<number>
  /** Has the engine overwrite what it still keeps of deleted rows, as far as it can. */
  shred(): Promise<void>
}

/** What stands in the audit in the place of an owner, or of their connection, who was erased. */
export const erasedSubject = 'erased'

/** How an attempt ends that was under way when its owner was erased. */
export const erasedOutcome: { readonly error: string; readonly reason: string } = Object.freeze({
  error: 'attempt_refused',
  reason: 'expired',
})

/** Whether a line of the activity log is about an owner, or about one of these connections. */
export function isAbout(
  data: Readonly<Record<string, unknown>>,
  owner: string,
  connections: ReadonlySet<string>,
): boolean {
  const { connection, subject } = data
  return (
    data.owner === owner ||
    subject === owner ||
    (typeof connection === 'string' && connections.has(connection)) ||
    (typeof subject === 'string' && connections.has(subject))
  )
}
