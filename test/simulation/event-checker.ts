// What the host application is owed, and what it has been told: every change that was committed and every delivery that
// was answered 200, in the order of its subject, one at a time. Rules `told`, `acknowledged` and `one_at_a_time`.

import type { DeliveredEvent, DeliveredType } from '../../src/core/events.ts'
import type { OutboxRow } from '../../src/core/store/outbox.ts'
import type { Rule } from './checker.ts'
import { isGhost } from './ghosts.ts'
import { bookingOf } from './messages.ts'
import type { Life, StoreClock } from './world.ts'

/** Something that the host application is to hear. */
export interface Debt {
  readonly what: string
  /** Its place among those of its subject. */
  readonly position: number
  /** From when on it is to come before those behind it; `null`: the provider has not been answered yet. */
  since: number | null
  /** The id of the event that told of it. */
  event: string | null
  heard: boolean
  /** Given up by the outbox, after a day. */
  dead: boolean
}

/** One event in the hands of one process. */
export interface Hand {
  /** The host application has what it needs. */
  heard(): void
  /** `acknowledge()` has resolved: it must not come again. */
  resolved(): void
  /** The handler has ended, or its time is up. */
  ends(): void
}

/** An event in hand: how often its process had stood still by then, and since when it is. */
interface Held {
  readonly life: Life
  readonly event: string
  readonly pauses: number
  readonly since: number
}

/** What the host application of a history hears. */
export interface Hearing {
  /** None: it has no `deliverTo`. */
  readonly types: readonly DeliveredType[]
  /** Whether it never takes the events of that subject, not even when all is well. */
  readonly deaf: (subject: string) => boolean
}

export interface Told {
  /** A change of that subject, a connection or a client, has been committed. */
  owe(subject: string, type: DeliveredType, detail?: string | number): void
  /** The provider has sent a message about a booking to a connection, for the first time or again. */
  sent(connection: string, booking: string, name: string, createdAt: number): Debt
  /** That message was answered 200. */
  answered(debt: Debt): void
  /** The store has leased that event to a process, recorded its acknowledgement, or given it up. */
  took(row: OutboxRow): void
  recorded(id: string): void
  gaveUp(id: string): void
  begins(life: Life, event: DeliveredEvent): Hand
  /** These events were still to be handed over, and are not there any more. */
  deleted(ids: readonly string[]): void
  /** What is owed and not yet told, as a sentence; `null`: nothing. */
  owing(): string | null
}

const day = 86_400_000
/** So often an event is handed over in a day at least, by the pauses of its retries. */
const triesOfADay = 10

export function createTold(
  now: () => number,
  { types, deaf }: Hearing,
  storeClock: StoreClock,
  breach: (rule: Rule, sentence: string) => void,
): Told {
  const subjects = new Map<string, Debt[]>()
  const hands = new Map<string, Set<Held>>()
  const rows = new Map<string, OutboxRow>()
  /** When each was first taken, by a clock that is never wrong. */
  const firstTaken = new Map<string, number>()
  /** When each handing over was taken, by the event and the attempt, and when each event was recorded as done. */
  const takings = new Map<string, number>()
  const takenAt = new Map<string, number>()
  const records = new Map<string, number>()
  const resolved = new Set<string>()
  let order = 0

  const debtsOf = (subject: string) => {
    const known = subjects.get(subject) ?? []
    subjects.set(subject, known)
    return known
  }
  const nameOf = (subject: string) =>
    subject.replace(/^connection_(\S*)/, (_, id: string) => `connection ${id.slice(-6)}`)
  const isOpen = ({ since, heard, dead }: Debt) => since !== null && !heard && !dead

  /** The debt that this event pays. */
  function debtFor(event: DeliveredEvent, subject: string): Debt | null {
    const debts = debtsOf(subject)
    if (event.type === 'webhook.received')
      return debts.find((debt) => debt.what === event.name && debt.position === event.createdAt?.getTime()) ?? null
    const what = whatOf(event)
    // What is written after the store's clock was set back comes first.
    const next = (one: Debt) => one.event === null && (storeClock.setBack === 0 || one.what === what)
    const debt = debts.find((one) => one.event === event.id) ?? debts.find(next)
    return debt?.what === what ? debt : null
  }

  function judgeOrder(event: DeliveredEvent, subject: string, debt: Debt, taken: number): void {
    const overtaken = debtsOf(subject).find(
      (one) => one.position < debt.position && isOpen(one) && (one.since ?? 0) < taken,
    )
    if (overtaken && (storeClock.setBack === 0 || event.type === 'webhook.received'))
      breach('told', `${nameOf(subject)}: ${debt.what} came before ${overtaken.what}`)
    if (event.type !== 'webhook.received') return
    const late = debtsOf(subject).some(
      (one) => one.position > debt.position && (records.get(one.event ?? '') ?? Number.POSITIVE_INFINITY) < taken,
    )
    if (late !== event.outOfOrder)
      breach('told', `${nameOf(subject)}: ${debt.what} came with late: ${event.outOfOrder}`)
  }

  return {
    owe(subject, type, detail = '') {
      if (!types.includes(type)) return
      const debts = debtsOf(subject)
      const what = `${type} ${detail}`.trim()
      debts.push({ what, position: debts.length, since: ++order, event: null, heard: false, dead: false })
    },
    sent(connection, booking, name, createdAt) {
      const debts = debtsOf(`${connection} ${booking}`)
      const known = debts.find((debt) => debt.what === name && debt.position === createdAt)
      if (known) return known
      const debt: Debt = { what: name, position: createdAt, since: null, event: null, heard: false, dead: false }
      debts.push(debt)
      return debt
    },
    answered(debt) {
      debt.since ??= ++order
    },
    took(row) {
      rows.set(row.id, row)
      if (row.dispatches === 1 || !firstTaken.has(row.id)) firstTaken.set(row.id, now())
      takings.set(`${row.id} ${row.dispatches}`, ++order)
      takenAt.set(`${row.id} ${row.dispatches}`, now())
    },
    recorded(id) {
      if (!records.has(id)) records.set(id, ++order)
    },
    gaveUp(id) {
      const row = rows.get(id)
      const all = [...subjects.values()].flat()
      const debt =
        all.find((one) => one.event === id) ?? debtsOf(row?.connection ?? row?.client ?? '').find((one) => !one.event)
      if (debt) Object.assign(debt, { event: id, dead: true })
      // A clock that was set may cut its day short, but not the tries that a day has room for.
      const early = (firstTaken.get(id) ?? now()) + day > now() + 1000
      if (early && (storeClock.steppedAt === null || (row?.dispatches ?? 0) < triesOfADay))
        breach('told', `${debt?.what ?? id} was given up before its day was over`)
    },
    begins(life, event) {
      const subject = subjectOf(event)
      const debt = debtFor(event, subject)
      const taken = takings.get(`${event.id} ${event.dispatch}`) ?? 0
      if (!debt) breach('told', `${nameOf(subject)}: ${whatOf(event)} came, and no such thing has happened`)
      // One that was recorded as done while the store's clock was set back by days may have been forgotten too early.
      else if (debt.event !== null && debt.event !== event.id && storeClock.setBack < 3 * day)
        breach('told', `${nameOf(subject)}: ${debt.what} came as two events`)
      else judgeOrder(event, subject, debt, taken)
      if (debt) debt.event = event.id
      const leaseEnded = (storeClock.steppedAt ?? 0) >= (takenAt.get(`${event.id} ${event.dispatch}`) ?? 0)
      if ((resolved.has(event.id) && !leaseEnded) || (records.get(event.id) ?? Number.POSITIVE_INFINITY) < taken)
        breach('acknowledged', `${nameOf(subject)}: ${whatOf(event)} came again though it had been acknowledged`)
      const held = hands.get(subject) ?? new Set()
      hands.set(subject, held)
      // What is acknowledged only after its deadline is in other hands by then, and frees the next one all the same.
      // One that stood still may have lost its lease meanwhile, and so may one where the store's clock was set.
      const holds = ({ life: other, event: id, pauses, since }: Held) =>
        !other.ended && other.pauses === pauses && !records.has(id) && (storeClock.steppedAt ?? 0) < since
      const other = [...held].find(holds)?.life
      if (other && !records.has(event.id))
        breach('one_at_a_time', `${nameOf(subject)}: ${life.name} and ${other.name} have events in hand at once`)
      const hand = { life, event: event.id, pauses: life.pauses, since: now() }
      held.add(hand)
      return {
        heard() {
          if (debt) debt.heard = true
        },
        resolved: () => void resolved.add(event.id),
        ends: () => void held.delete(hand),
      }
    },
    deleted(ids) {
      const lost = types.length > 0 ? ids.find((id) => !isGhost(rows.get(id)?.connection)) : undefined
      if (lost !== undefined) breach('swept', `${lost} was deleted before anybody heard of it`)
    },
    owing() {
      for (const [subject, debts] of subjects) {
        const debt = debts.find(isOpen)
        if (debt && !deaf(subject)) return `${nameOf(subject)}: nobody has heard of ${debt.what}`
      }
      return null
    },
  }
}

/** A connection, a client, or a booking of a connection. */
export function subjectOf(event: DeliveredEvent): string {
  if (event.type === 'webhook.received') return `${event.connection} ${bookingOf(event.body)}`
  return 'connection' in event ? event.connection : event.client
}

function whatOf(event: DeliveredEvent): string {
  const detail = event.type === 'connection.renewed' ? event.generation : 'reason' in event ? event.reason : ''
  return `${event.type === 'webhook.received' ? event.name : event.type} ${detail}`.trim()
}
