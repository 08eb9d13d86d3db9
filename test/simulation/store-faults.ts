// The store as one process sees it: the shared store, some way off. What passes is shown to the ledger.

import { PunctualError } from '../../src/core/errors.ts'
import type { AttemptFields } from '../../src/core/store/attempts.ts'
import type { Attached, Attachment, ConnectionRow } from '../../src/core/store/connections.ts'
import type { RefreshedTokens } from '../../src/core/store/grants.ts'
import type { Store } from '../../src/core/store/store.ts'
import { cross } from './fault-injection.ts'
import type { IssuedSet } from './provider.ts'
import type { Life, World } from './world.ts'

type Operation = (...values: unknown[]) => Promise<unknown>

/** What does not change a grant's tokens: it often takes no time at all, so that idle rounds take few steps. */
const looks = new Set([
  ...[
    'get',
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
  ],
])
const grantWrites = new Set(['claim', 'extend', 'commit', 'release', 'end', 'keepFallback', 'useFallback', 'close'])

export function storeSeam(world: World, life: Life, inner: Store): Store {
  const table = (name: Exclude<keyof Store, 'open' | 'close' | 'ping' | 'identity' | 'folder' | 'announce'>) =>
    Object.fromEntries(
      Object.entries(inner[name]).map(([operation, perform]) => [
        operation,
        (...values: unknown[]) => far(name, operation, perform as Operation, values),
      ]),
    )

  async function far(name: string, operation: string, perform: Operation, values: unknown[]): Promise<unknown> {
    const { ledger, faults } = world
    const set = carried(world, name, operation, values)
    const way = set && ledger.custody.way(set)
    if (way) {
      way.started = true
      way.handing++
    }
    const fate = faults.store(life.replica, looks.has(operation) ? 'look' : 'write')
    if (operation === 'extend' && (fate.fails || fate.transit + fate.answer > 5000))
      ledger.hindered(values[1] as string)
    return cross(world, life, {
      what: `${name}.${operation}`,
      fate,
      failure: () => new PunctualError('store_unavailable', 'The store cannot be reached.', { retryable: true }),
      async run() {
        if (!fits(values))
          throw new PunctualError('store_unavailable', 'A number is out of range.', { reason: '22003' })
        const result = await perform(...values)
        if (way) way.last = result ? 'took' : 'refused'
        if (way && name === 'attempts' && result) way.stored = true
        if (operation === 'close' && result) givenUp(world, values[0] as string)
        for (const grant of touched(name, operation, values, result)) await ledger.wrote(life, operation, grant, values)
        if (operation === 'attach' && result) attached(world, values[0] as Attachment, result as Attached)
        if (operation === 'detach' && result)
          ledger.disconnected.set(values[0] as string, { at: world.scheduler.now(), still: true })
        world.note(life.name, () => describe(world, `${name}.${operation}`, values, set, result))
        return result
      },
      settled(happened) {
        if (!way) return
        way.handing--
        way.endedAt = world.scheduler.now()
        if (happened) return
        way.last = 'failed'
        if (!life.ended) way.failedAt ??= world.scheduler.now()
      },
    })
  }

  return {
    open: inner.open,
    close: inner.close,
    ping: inner.ping,
    identity: inner.identity,
    folder: inner.folder,
    check: inner.check,
    attempts: table('attempts'),
    grants: table('grants'),
    connections: table('connections'),
    clients: table('clients'),
    history: table('history'),
    outbox: table('outbox'),
    subscriptions: table('subscriptions'),
    announce: inner.announce,
  } as unknown as Store
}

/** Whether a database can hold these numbers, as times are held: at most 100 million days. */
function fits(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15
  return typeof value !== 'object' || value === null || Object.values(value).every(fits)
}

/** The new set that a write brings into the store. */
function carried(world: World, name: string, operation: string, values: unknown[]): IssuedSet | null {
  const { custody } = world.ledger
  let number: number | null = null
  if (name === 'grants' && operation === 'commit')
    number = custody.numberIn(values[0] as string, (values[2] as RefreshedTokens).tokens)
  if (name === 'grants' && operation === 'keepFallback')
    number = custody.numberIn(values[0] as string, values[2] as string)
  const answer =
    name === 'attempts' && operation === 'advance' ? (values[3] as AttemptFields | undefined)?.answer : null
  if (answer) number = custody.numberInAnswer(values[0] as string, answer)
  return number === null ? null : (world.provider.sets[number - 1] ?? null)
}

/** The grants that a write has changed. */
function touched(name: string, operation: string, values: unknown[], result: unknown): string[] {
  if (name === 'grants' && grantWrites.has(operation)) return result ? [values[0] as string] : []
  if (name !== 'connections' || !result) return []
  if (operation === 'detach') return [(result as { row: ConnectionRow }).row.grant]
  if (operation !== 'attach') return []
  const { vacated } = result as Attached
  return [(values[0] as Attachment).grant.id, ...(vacated ? [vacated] : [])]
}

/** A new consent counts. At Calendly, where consents live side by side, it takes the place of the earlier ones. */
function attached({ ledger, provider, scheduler }: World, { grant }: Attachment, { connection }: Attached): void {
  if (ledger.disconnected.has(connection.id))
    ledger.disconnected.set(connection.id, { at: scheduler.now(), still: false })
  const number = ledger.custody.numberIn(grant.id, grant.tokens)
  const set = provider.sets[(number ?? 0) - 1]
  if (!set) return
  Object.assign(ledger.custody.way(set.root), { attached: true, superseded: false })
  if (set.client !== 'calendly') return
  for (const other of provider.sets) {
    const same = other.client === set.client && other.account === set.account
    if (same && other.root !== set.root) ledger.custody.way(other.root).superseded = true
  }
}

/** What a grant held when it was closed is nobody's any more: its owner has disconnected. */
function givenUp({ ledger }: World, grant: string): void {
  const set = ledger.rows.get(grant)?.set
  if (set) ledger.custody.way(set.root).superseded = true
}

function describe(world: World, what: string, values: unknown[], set: IssuedSet | null, result: unknown): string {
  const { rows } = world.ledger
  const words = values.map((value) => {
    if (typeof value === 'string') return rows.get(value)?.name ?? (value.length > 30 ? '…' : value)
    if (typeof value === 'object') return value === null ? 'null' : ''
    return String(value)
  })
  const grant = typeof values[0] === 'string' ? rows.get(values[0]) : undefined
  const state = grant && what.startsWith('grants.') ? ` [${stateOf(grant)}]` : ''
  const said = typeof result === 'object' ? (result === null ? 'null' : 'row') : String(result)
  return `${what}(${words.filter(Boolean).join(', ')})${set ? ` with set ${set.n}` : ''} → ${said}${state}`
}

function stateOf({ status, reason, generation, set, spares }: NonNullable<ReturnType<World['ledger']['rows']['get']>>) {
  const held = `generation ${generation}, set ${set?.n ?? '–'}${spares.map(({ n }) => `, spare ${n}`).join('')}`
  return `${status}${reason ? ` (${reason})` : ''}, ${held}`
}
