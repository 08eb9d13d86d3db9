// Which keys have sealed what is stored. A key's id stands at the head of each sealed value, so nothing is opened for this, and
// each store finds the heads without reading the values.

/** The tables that hold sealed values. */
export type SealedTable = 'grants' | 'attempts' | 'outbox' | 'feed' | 'subscriptions' | 'booking_keys'

/** Every column that holds them. `spares` holds lists of them. */
export const sealedColumns: Readonly<Record<SealedTable, readonly [string, ...string[]]>> = {
  grants: ['tokens', 'spares'],
  attempts: ['verifier', 'code', 'answer'],
  outbox: ['body'],
  feed: ['body'],
  subscriptions: ['secrets'],
  booking_keys: ['request'],
}

export const sealedTables: readonly SealedTable[] = Object.keys(sealedColumns) as SealedTable[]

/** How many values of a table were sealed with a key. */
export interface SealedCount {
  readonly table: SealedTable
  /** The id of the key; '' for a value that is not sealed as it should be. */
  readonly key: string
  /** `null`: it is one of the keys that the caller knows, so its values were not counted. */
  readonly values: number | null
  /** Whether `values` is all of them. */
  readonly isWhole: boolean
}

export interface SealedStore {
  /**
   * Finds every key that has sealed something, and counts what it has sealed, up to `most` in each column, unless it is one
   * of `known`. Takes a few steps in an index for each key, however much is stored.
   */
  count(known: readonly string[], most: number): Promise<SealedCount[]>
}

/** The length of the head of a sealed value: `p1.{key id}.`. */
export const headLength = 12

/** So many different heads of a column are looked at. Only values that were damaged have as many. */
export const mostHeads = 100

/** Returns the key id of a sealed value, or of its head; '' for what is neither. */
export function keyOfSealed(text: string): string {
  return /^p1\.([\w-]{8})\./.exec(text)?.[1] ?? ''
}

/** Adds up counts of one table and key. */
export function summed(counts: readonly SealedCount[]): SealedCount[] {
  const sums = new Map<string, SealedCount>()
  for (const count of counts) {
    const name = `${count.table} ${count.key}`
    const before = sums.get(name)
    const values =
      before && before.values !== null && count.values !== null ? before.values + count.values : count.values
    sums.set(name, before ? { ...before, values, isWhole: before.isWhole && count.isWhole } : count)
  }
  return [...sums.values()]
}

/** What lies in each table, for a person. */
export const sealedWords: Readonly<Record<SealedTable, { readonly one: string; readonly many: string }>> = {
  grants: { one: 'token set', many: 'token sets' },
  attempts: { one: 'attempt to connect', many: 'attempts to connect' },
  outbox: { one: 'event', many: 'events' },
  feed: { one: 'event of the feed', many: 'events of the feed' },
  subscriptions: { one: 'webhook subscription', many: 'webhook subscriptions' },
  booking_keys: { one: 'change of a booking', many: 'changes of bookings' },
}

/** The counts of the keys that are missing. */
export function missingOf(counts: readonly SealedCount[]): SealedCount[] {
  return counts.filter(({ key, values }) => key !== '' && values !== null)
}

/** Says how much needs each key: `the key k3yID-_9 is needed by 12 token sets and 1 event`. */
export function needsSentence(counts: readonly SealedCount[]): string {
  const byKey = Map.groupBy(counts, ({ key }) => key)
  const each = [...byKey].map(([key, own]) => `the key ${key} is needed by ${joined(own.map(amount))}`)
  return each.join('; ')
}

function amount({ table, values, isWhole }: SealedCount): string {
  const { one, many } = sealedWords[table]
  return `${isWhole ? '' : 'at least '}${values} ${values === 1 ? one : many}`
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
