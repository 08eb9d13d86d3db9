// Compares the events that the host application must receive with those that it does receive: every committed change and
// every delivery answered 200, in the order of its ordering key, one at a time. Rules `delivered`, `acknowledged`,
// `one_at_a_time` and `swept`.

import type { DeliveredEvent, DeliveredType } from '../../src/core/events.ts'
import { chainFrom } from '../../src/core/scheduling/chain.ts'
import type { OutboxRow } from '../../src/core/store/outbox.ts'
import { steadyForMs } from '../../src/core/store/wrong-clock.ts'
import type { ReportViolation } from './checker.ts'
import {
  changeName,
  createExpectedEvents,
  type ExpectedEvent,
  type ExpectedEvents,
  isOpen,
  orderingKeyOf,
  whatOf,
} from './expected-events.ts'
import type { ClientName } from './provider.ts'
import { isUnreadable } from './unreadable-rows.ts'
import { attendanceOf, changeToldBy, type Message } from './webhook-messages.ts'
import type { SimulatedProcess, StoreClock } from './world.ts'

/** One event that one process has dispatched to its handler. */
export interface Dispatch {
  /** The host application has what it needs. */
  received(): void
  /** `acknowledge()` has resolved: the event must not come again. */
  acknowledged(): void
  /** The handler has ended, or its time is up. */
  ends(): void
}

/** Which events the host application of a history takes. */
export interface EventConsumer {
  /** Whether it has several destinations: a handler, one that is broken for good, and the feed. */
  readonly several: boolean
  /** Empty: it has no `deliverTo`. */
  readonly types: readonly DeliveredType[]
  /** Whether it never acknowledges the events of that ordering key, not even when all is well. */
  readonly refuses: (orderingKey: string) => boolean
}

export interface EventChecker {
  /** A change of a connection or a client has been committed. */
  expect(orderingKey: string, type: DeliveredType, detail?: string | number): void
  /**
   * The provider sends a message about a booking to a connection, for the first time or again. Returns the events for it: the
   * webhook, and the change that it tells.
   */
  expectDelivery(connection: string, client: ClientName, message: Message): readonly ExpectedEvent[]
  /** The message of that event was answered 200. */
  accepted(expected: ExpectedEvent): void
  /** The store has leased that event to a process, stored its acknowledgement, or given it up. The ids are public. */
  leased(row: OutboxRow): void
  acknowledgementStored(id: string): void
  declaredDead(id: string): void
  dispatched(process: SimulatedProcess, event: DeliveredEvent): Dispatch
  /** These events were pending, and do not exist any more. */
  deleted(ids: readonly string[]): void
  /** A sentence about an event that the host application has not received, or `null` if it has received all. */
  missing(): string | null
}

/** A dispatch whose handler has not ended: how often its process had been paused by then, and when its event was leased. */
interface OpenDispatch {
  readonly process: SimulatedProcess
  readonly event: string
  readonly pauses: number
  readonly leasedAt: number
}

/** What the checker has seen of the outbox. Orders come from one counter. */
interface SeenOutbox {
  readonly rows: Map<string, OutboxRow>
  /** When each event was first leased, by a clock that is never wrong. */
  readonly firstLeasedAt: Map<string, number>
  /** Each lease, by event and dispatch number. */
  readonly leases: Map<string, { readonly order: number; readonly at: number }>
  /** When each acknowledgement was stored. */
  readonly acknowledgements: Map<string, number>
  /** The same by the world's time. */
  readonly acknowledgedAt: Map<string, number>
  /** Events whose `acknowledge()` has resolved. */
  readonly acknowledged: Set<string>
}

interface Context {
  readonly now: () => number
  readonly expectedEvents: ExpectedEvents
  readonly seen: SeenOutbox
  readonly storeClock: StoreClock
  readonly reportViolation: ReportViolation
}

const day = 86_400_000
/** An event is dispatched at least this often in a day: the retry schedule has room for it. */
const dispatchesPerDay = 10

export function createEventChecker(
  now: () => number,
  { types, refuses }: Pick<EventConsumer, 'types' | 'refuses'>,
  storeClock: StoreClock,
  reportViolation: ReportViolation,
): EventChecker {
  let order = 0
  const expectedEvents = createExpectedEvents(() => ++order, storeClock)
  const seen: SeenOutbox = {
    rows: new Map(),
    firstLeasedAt: new Map(),
    leases: new Map(),
    acknowledgements: new Map(),
    acknowledgedAt: new Map(),
    acknowledged: new Set(),
  }
  const context: Context = { now, expectedEvents, seen, storeClock, reportViolation }
  const openByKey = new Map<string, Set<OpenDispatch>>()

  return {
    expect(orderingKey, type, detail = '') {
      if (types.includes(type)) expectedEvents.addChange(orderingKey, `${type} ${detail}`.trim())
    },
    expectDelivery: (connection, client, message) => expectDelivery(expectedEvents, connection, client, message),
    accepted: expectedEvents.confirm,
    leased(row) {
      const id = row.event
      seen.rows.set(id, row)
      if (row.dispatches === 1 || !seen.firstLeasedAt.has(id)) seen.firstLeasedAt.set(id, now())
      seen.leases.set(`${id} ${row.dispatches}`, { order: ++order, at: now() })
    },
    acknowledgementStored(id) {
      if (seen.acknowledgements.has(id)) return
      seen.acknowledgements.set(id, ++order)
      seen.acknowledgedAt.set(id, now())
    },
    declaredDead: (id) => checkDead(context, id, now()),
    dispatched(process, event) {
      const orderingKey = orderingKeyOf(event)
      const expected = checkDispatch(context, event, orderingKey)
      const open = openByKey.get(orderingKey) ?? new Set()
      openByKey.set(orderingKey, open)
      const leasedAt = seen.leases.get(`${event.id} ${event.dispatch}`)?.at ?? now()
      const dispatch = { process, event: event.id, pauses: process.pauses, leasedAt }
      checkAlone(context, dispatch, event, open)
      open.add(dispatch)
      return {
        received() {
          if (expected) expected.received = true
        },
        acknowledged: () => void seen.acknowledged.add(event.id),
        ends: () => void open.delete(dispatch),
      }
    },
    deleted(ids) {
      const lost = types.length > 0 ? ids.find((id) => !isUnreadable(seen.rows.get(id)?.connection)) : undefined
      if (lost !== undefined) reportViolation('swept', `${lost} was deleted before the host application received it`)
    },
    missing() {
      const first = expectedEvents.missing(refuses)
      return first && `${nameOf(first.orderingKey)}: the host application has not received ${first.what}`
    },
  }
}

/** Of one moment, a booking is made before it is moved, and moved before it is cancelled. */
const ranks: Readonly<Partial<Record<DeliveredType, number>>> = {
  'booking.created': 1,
  'booking.rescheduled': 2,
  'booking.cancelled': 3,
}

function expectDelivery(
  expectedEvents: ExpectedEvents,
  connection: string,
  client: ClientName,
  message: Message,
): readonly ExpectedEvent[] {
  const { name, createdAt } = message
  const webhook = expectedEvents.addDelivery(`${connection} ${attendanceOf(message)}`, name, createdAt)
  const change = changeToldBy(client, message)
  if (!change) return [webhook]
  const { type, booking, first } = change
  const orderingKey = `${connection} ${chainFrom(client, first)}`
  const what = changeName(type, booking, createdAt)
  return [webhook, expectedEvents.addDelivery(orderingKey, what, createdAt + (ranks[type] ?? 0))]
}

/**
 * Whether an acknowledged event may have been deleted too early: the store's clock was set back by days, or has been days
 * ahead for so long that a sweep believes it.
 */
function mayForget({ now, storeClock }: Context): boolean {
  const isBelieved = storeClock.ahead >= 3 * day && now() - (storeClock.steppedAt ?? 0) >= steadyForMs
  return storeClock.setBack >= 3 * day || isBelieved
}

/** Rules `delivered` and `acknowledged`. Returns the expected event that this dispatch reports. */
function checkDispatch(context: Context, event: DeliveredEvent, orderingKey: string): ExpectedEvent | null {
  const { expectedEvents, seen, storeClock, reportViolation } = context
  const expected = expectedEvents.find(event, orderingKey)
  const lease = seen.leases.get(`${event.id} ${event.dispatch}`) ?? { order: 0, at: 0 }
  const name = nameOf(orderingKey)
  const mayBeForgotten = mayForget(context)
  if (!expected) reportViolation('delivered', `${name}: ${whatOf(event)} came, and no such change has happened`)
  else if (expected.event !== null && expected.event !== event.id && !mayBeForgotten)
    reportViolation('delivered', `${name}: ${expected.what} came as two events`)
  else checkOrder(context, event, orderingKey, expected, lease.order)
  if (expected) expected.event = event.id
  const leaseEnded = (storeClock.steppedAt ?? 0) >= lease.at
  const acknowledgedAt = seen.acknowledgements.get(event.id) ?? Number.POSITIVE_INFINITY
  const isKnown = (seen.acknowledged.has(event.id) && !leaseEnded) || acknowledgedAt < lease.order
  if (isKnown && !(mayBeForgotten && event.id.startsWith('chg_')))
    reportViolation('acknowledged', `${name}: ${whatOf(event)} came again though it had been acknowledged`)
  return expected
}

/** Rule `delivered`: events of one ordering key come in order, or say that they do not. */
function checkOrder(
  context: Context,
  event: DeliveredEvent,
  orderingKey: string,
  expected: ExpectedEvent,
  leased: number,
): void {
  const { now, expectedEvents, seen, storeClock, reportViolation } = context
  const all = expectedEvents.of(orderingKey)
  const overtaken = all.find((one) => one.position < expected.position && isOpen(one) && (one.since ?? 0) < leased)
  if (overtaken && (storeClock.setBack === 0 || 'outOfOrder' in event))
    reportViolation('delivered', `${nameOf(orderingKey)}: ${expected.what} came before ${overtaken.what}`)
  if (!('outOfOrder' in event)) return
  const earlier = all.filter(
    (one) =>
      one.position > expected.position &&
      (seen.acknowledgements.get(one.event ?? '') ?? Number.POSITIVE_INFINITY) < leased,
  )
  // What was acknowledged three days ago may be deleted, so that nothing tells of it.
  const isRecent = (one: ExpectedEvent) => now() - (seen.acknowledgedAt.get(one.event ?? '') ?? 0) < 3 * day
  const isTold = !mayForget(context) && earlier.some(isRecent)
  if (event.outOfOrder ? earlier.length === 0 : isTold)
    reportViolation('delivered', `${nameOf(orderingKey)}: ${expected.what} came with outOfOrder: ${event.outOfOrder}`)
}

/**
 * Rule `one_at_a_time`. What is acknowledged only after its deadline is dispatched elsewhere by then, and still frees the
 * next one. A process that was paused may have lost its lease meanwhile, and so may one where the store's clock was set.
 */
function checkAlone(
  { seen, storeClock, reportViolation }: Context,
  { process, leasedAt: since }: OpenDispatch,
  event: DeliveredEvent,
  open: ReadonlySet<OpenDispatch>,
): void {
  // Either of the two may have been leased before the clock was set.
  const steppedAt = storeClock.steppedAt ?? 0
  const holdsLease = ({ process: holder, event: id, pauses, leasedAt }: OpenDispatch) =>
    !holder.ended && holder.pauses === pauses && !seen.acknowledgements.has(id) && steppedAt < Math.min(leasedAt, since)
  const other = [...open].find(holdsLease)?.process
  if (!other || seen.acknowledgements.has(event.id)) return
  const names = `${process.name} and ${other.name}`
  reportViolation('one_at_a_time', `${nameOf(orderingKeyOf(event))}: ${names} dispatch events at the same time`)
}

/** The expected event of a row that no handler has seen, because every process that took it died or could not complete it. */
function undispatched(expectedEvents: ExpectedEvents, row: OutboxRow): ExpectedEvent | undefined {
  const { type, connection, client, data } = row
  if (data.chain === undefined) return expectedEvents.of(connection ?? client).find((one) => !one.event)
  const isOf = ({ event, what }: ExpectedEvent) =>
    !event && what.startsWith(`${type} of `) && what.endsWith(` at ${data.createdAt}`)
  return expectedEvents.of(`${connection} ${data.chain}`).find(isOf)
}

/** Rule `delivered`: an event is given up only after a day. */
function checkDead({ expectedEvents, seen, storeClock, reportViolation }: Context, id: string, now: number): void {
  const row = seen.rows.get(id)
  const expected = expectedEvents.all().find((one) => one.event === id) ?? (row && undispatched(expectedEvents, row))
  if (expected) Object.assign(expected, { event: id, dead: true })
  // A clock that was set may cut its day short, but not the dispatches that a day has room for.
  const early = (seen.firstLeasedAt.get(id) ?? now) + day > now + 1000
  if (early && (storeClock.steppedAt === null || (row?.dispatches ?? 0) < dispatchesPerDay))
    reportViolation('delivered', `${expected?.what ?? id} was given up before its day was over`)
}

function nameOf(orderingKey: string): string {
  return orderingKey.replace(/^connection_(\S*)/, (_, id: string) => `connection ${id.slice(-6)}`)
}
