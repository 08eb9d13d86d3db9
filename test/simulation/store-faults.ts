// The store as one process sees it: the shared store, at a distance. Every operation is reported to the checker.

import { PunctualError } from '../../src/core/errors.ts'
import type { AttemptFields } from '../../src/core/store/attempts.ts'
import type { Attached, Attachment, ConnectionRow } from '../../src/core/store/connections.ts'
import type { RefreshedTokens } from '../../src/core/store/grants.ts'
import type { Store } from '../../src/core/store/store.ts'
import { performWithFaults } from './fault-injection.ts'
import type { Row } from './rows.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { SimulatedProcess, World } from './world.ts'

type Perform = (...values: unknown[]) => Promise<unknown>

/** One call of the store: `grants.claim` with these values. */
interface StoreOperation {
  readonly name: string
  readonly operation: string
  readonly perform: Perform
  readonly values: readonly unknown[]
}

/** Operations that change no grant's tokens. They often take no time at all, so that idle rounds take few steps. */
const quickOperations = new Set([
  'get',
  'tokenOf',
  'list',
  'onGrant',
  'of',
  'paused',
  'stranded',
  'sweep',
  'closing',
  'takeDue',
  'postpone',
  'touch',
  'take',
  'nextDue',
  'read',
])
const grantWrites = new Set([
  'claim',
  'extend',
  'commit',
  'release',
  'end',
  'keepFallback',
  'useFallback',
  'close',
  'heal',
])

export function faultyStore(world: World, process: SimulatedProcess, inner: Store): Store {
  const table = (
    name: Exclude<
      keyof Store,
      | 'open'
      | 'close'
      | 'ping'
      | 'check'
      | 'statistics'
      | 'identity'
      | 'hasEscrow'
      | 'noteEscrow'
      | 'folder'
      | 'announce'
    >,
  ) =>
    Object.fromEntries(
      Object.entries(inner[name]).map(([operation, perform]) => [
        operation,
        (...values: unknown[]) => call(world, process, { name, operation, perform: perform as Perform, values }),
      ]),
    )

  return {
    open: inner.open,
    close: inner.close,
    ping: inner.ping,
    identity: inner.identity,
    folder: inner.folder,
    check: inner.check,
    hasEscrow: () =>
      call(world, process, { name: 'store', operation: 'hasEscrow', perform: inner.hasEscrow, values: [] }),
    noteEscrow: () =>
      call(world, process, { name: 'store', operation: 'noteEscrow', perform: inner.noteEscrow, values: [] }),
    statistics: inner.statistics,
    attempts: table('attempts'),
    grants: table('grants'),
    connections: table('connections'),
    clients: table('clients'),
    history: { ...table('history'), trim: inner.history.trim, sweep: inner.history.sweep },
    outbox: table('outbox'),
    // Without a feed it is only swept: the histories without one stay as they were before there were feeds.
    feed: world.hasFeed ? table('feed') : inner.feed,
    subscriptions: table('subscriptions'),
    bookingKeys: table('bookingKeys'),
    bookingLinks: table('bookingLinks'),
    connectSessions: table('connectSessions'),
    apiKeys: table('apiKeys'),
    // Counting changes nothing else: the histories stay as they were before it.
    tallies: inner.tallies,
    errorGroups: inner.errorGroups,
    activityLog: inner.activityLog,
    ended: inner.ended,
    personalData: world.escrow ? table('personalData') : inner.personalData,
    sealed: inner.sealed,
    announce: inner.announce,
  } as unknown as Store
}

/** Performs one operation behind faults, and follows the token set that it writes. */
function call(world: World, process: SimulatedProcess, operation: StoreOperation): Promise<unknown> {
  const { checker, database, faults, scheduler } = world
  const { name, operation: verb, values } = operation
  const set = newSetOf(world, operation)
  const state = set && checker.tracker.stateOf(set)
  if (state) {
    state.writeStarted = true
    state.writesInFlight++
  }
  const { restores } = database
  const fate = faults.store(process.replica, quickOperations.has(verb) ? 'look' : 'write')
  if (fate.fails) world.escrow?.escrow.troubled(process)
  if (verb === 'extend' && (fate.fails || fate.transit + fate.answer > 5000)) checker.leaseDelayed(values[1] as string)
  return performWithFaults(world, process, {
    what: `${name}.${verb}`,
    fate,
    failure: () => new PunctualError('store_unavailable', 'The store cannot be reached.', { retryable: true }),
    async run() {
      // Its process has ended, and the database was put back meanwhile.
      if (database.restores !== restores) return null
      if (!fits(values)) throw new PunctualError('store_unavailable', 'A number is out of range.', { reason: '22003' })
      const result = await operation.perform(...values)
      if (state) state.lastWrite = result ? 'accepted' : 'refused'
      if (state && name === 'attempts' && result) state.stored = true
      await reportWrite(world, process, operation, result)
      world.note(process.name, () => describe(world, operation, set, result))
      return result
    },
    settled(happened) {
      if (!state) return
      state.writesInFlight--
      state.lastWriteEndedAt = scheduler.now()
      if (happened) return
      state.lastWrite = 'failed'
      if (!process.ended) state.storeFailedAt ??= scheduler.now()
    },
  })
}

/** Reports to the checker what the operation has changed. */
async function reportWrite(
  world: World,
  process: SimulatedProcess,
  operation: StoreOperation,
  result: unknown,
): Promise<void> {
  const { checker, scheduler } = world
  const { operation: verb, values } = operation
  if (verb === 'close' && result) noteClosed(world, values[0] as string)
  for (const grant of changedGrants(operation, result)) {
    const before = checker.rows.get(grant)
    await checker.wrote(process, verb, grant, values)
    const row = checker.rows.get(grant)
    if (verb === 'commit' && before && row) noteRefreshed(world, before, row)
    if (row) world.escrow?.rules.changed(process, verb, row)
  }
  if (verb === 'attach' && result) noteAttached(world, values[0] as Attachment, result as Attached)
  if (verb === 'detach' && result) {
    checker.disconnected.set(values[0] as string, { at: scheduler.now(), still: true, knownSince: new Map() })
    world.escrow?.rules.detached(process, values[0] as string)
  }
}

/** Whether a database can hold these numbers, as times are held: at most 100 million days. */
function fits(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15
  return typeof value !== 'object' || value === null || Object.values(value).every(fits)
}

/** Returns the new set that a write brings into the store. */
function newSetOf(world: World, { name, operation, values }: StoreOperation): IssuedSet | null {
  const { tracker } = world.checker
  let number: number | null = null
  if (name === 'grants' && operation === 'commit')
    number = tracker.numberIn(values[0] as string, (values[2] as RefreshedTokens).tokens)
  if (name === 'grants' && operation === 'keepFallback')
    number = tracker.numberIn(values[0] as string, values[2] as string)
  const answer =
    name === 'attempts' && operation === 'advance' ? (values[3] as AttemptFields | undefined)?.answer : null
  if (answer) number = tracker.numberInAnswer(values[0] as string, answer)
  return number === null ? null : (world.provider.sets[number - 1] ?? null)
}

/** Returns the grants that a write has changed. */
function changedGrants({ name, operation, values }: StoreOperation, result: unknown): string[] {
  if (name === 'grants' && grantWrites.has(operation)) return result ? [values[0] as string] : []
  if (name !== 'connections' || !result) return []
  if (operation === 'detach') return [(result as { row: ConnectionRow }).row.grant]
  if (operation !== 'attach') return []
  const { vacated } = result as Attached
  return [(values[0] as Attachment).grant.id, ...(vacated ? [vacated] : [])]
}

/** A new consent counts. At Calendly, where consents live side by side, it supersedes the earlier ones. */
function noteAttached({ checker, provider, scheduler }: World, { grant }: Attachment, { connection }: Attached): void {
  if (checker.disconnected.has(connection.id))
    checker.disconnected.set(connection.id, { at: scheduler.now(), still: false, knownSince: new Map() })
  const number = checker.tracker.numberIn(grant.id, grant.tokens)
  const set = provider.sets[(number ?? 0) - 1]
  if (!set) return
  Object.assign(checker.tracker.stateOf(set.root), { attached: true, superseded: false })
  if (set.client !== 'calendly') return
  for (const other of provider.sets) {
    const same = other.client === set.client && other.account === set.account
    if (same && other.root !== set.root) checker.tracker.stateOf(other.root).superseded = true
  }
}

/** A refresh deletes the fallback sets: the consent that it came from counts, and theirs do not, even one that is newer. */
function noteRefreshed({ checker: { tracker } }: World, before: Row, after: Row): void {
  if (!after.set || before.fallbackSets.length === 0) return
  for (const { root } of before.fallbackSets) tracker.stateOf(root).superseded = true
  tracker.stateOf(after.set.root).superseded = false
}

/** The sets that a grant held when it was closed count no more: its owner has disconnected. */
function noteClosed({ checker }: World, grant: string): void {
  const row = checker.rows.get(grant)
  for (const set of [row?.set, ...(row?.fallbackSets ?? [])])
    if (set) checker.tracker.stateOf(set.root).superseded = true
}

function describe(
  world: World,
  { name, operation, values }: StoreOperation,
  set: IssuedSet | null,
  result: unknown,
): string {
  const { rows } = world.checker
  const words = values.map((value) => {
    if (typeof value === 'string') return rows.get(value)?.name ?? (value.length > 30 ? '…' : value)
    if (typeof value === 'object') return value === null ? 'null' : ''
    return String(value)
  })
  const grant = typeof values[0] === 'string' ? rows.get(values[0]) : undefined
  const state = grant && name === 'grants' ? ` [${summaryOf(grant)}]` : ''
  const response = typeof result === 'object' ? (result === null ? 'null' : 'row') : String(result)
  return `${name}.${operation}(${words.filter(Boolean).join(', ')})${set ? ` with set ${set.n}` : ''} → ${response}${state}`
}

function summaryOf({
  status,
  reason,
  generation,
  set,
  fallbackSets,
}: NonNullable<ReturnType<World['checker']['rows']['get']>>) {
  const held = `generation ${generation}, set ${set?.n ?? '–'}${fallbackSets.map(({ n }) => `, fallback ${n}`).join('')}`
  return `${status}${reason ? ` (${reason})` : ''}, ${held}`
}
