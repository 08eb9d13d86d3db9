// An event checker for each destination of the host application: what has happened must reach each of them, by itself.
// For the feed also: its reader gets what was published, all of it, in that order. Rule `feed`.

import type { DeliveredEvent } from '../../src/core/events.ts'
import type { OutboxRow } from '../../src/core/store/outbox.ts'
import type { ReportViolation } from './checker.ts'
import { createEventChecker, type Dispatch, type EventChecker, type EventConsumer } from './event-checker.ts'
import type { ExpectedEvent } from './expected-events.ts'
import type { SimulatedProcess, StoreClock } from './world.ts'

export interface EventCheckers
  extends Pick<EventChecker, 'expect' | 'expectDelivery' | 'accepted' | 'leased' | 'missing'> {
  /** `row`: the id of the event's row, which has been leased. */
  acknowledgementStored(row: string): void
  declaredDead(row: string): void
  dispatched(destination: string, process: SimulatedProcess, event: DeliveredEvent): Dispatch
  deleted(rows: readonly OutboxRow[]): void
  /** The event of that row was published. */
  published(row: string): void
  /** The reader of the feed has got these events. */
  read(process: SimulatedProcess, events: readonly DeliveredEvent[]): void
}

/** The destinations of a host application with several. */
export const destinations = { app: 'app', broken: 'broken', feed: 'feed' } as const

export function createEventCheckers(
  now: () => number,
  consumer: EventConsumer,
  storeClock: StoreClock,
  reportViolation: ReportViolation,
): EventCheckers {
  const { types, refuses } = consumer
  const checker = (refuses: EventConsumer['refuses']) =>
    createEventChecker(now, { types, refuses }, storeClock, reportViolation)
  const byName = new Map<string, EventChecker>(
    consumer.several
      ? [
          [destinations.app, checker(refuses)],
          [destinations.broken, checker(() => true)],
          [destinations.feed, checker(() => false)],
        ]
      : [['', checker(refuses)]],
  )
  const all = [...byName.values()]
  const of = (destination: string) => byName.get(destination) as EventChecker
  const rows = new Map<string, OutboxRow>()
  const ownerOf = new Map<ExpectedEvent, EventChecker>()
  const published: string[] = []
  let readCount = 0

  function withRow(id: string, report: (checker: EventChecker, event: string) => void): void {
    const row = rows.get(id)
    if (row) report(of(row.destination), row.event)
  }

  return {
    expect(...what) {
      for (const one of all) one.expect(...what)
    },
    expectDelivery: (...what) =>
      all.flatMap((one) => {
        const expected = one.expectDelivery(...what)
        for (const event of expected) ownerOf.set(event, one)
        return expected
      }),
    accepted: (expected) => ownerOf.get(expected)?.accepted(expected),
    leased(row) {
      rows.set(row.id, row)
      of(row.destination).leased(row)
    },
    acknowledgementStored: (id) => withRow(id, (one, event) => one.acknowledgementStored(event)),
    declaredDead: (id) => withRow(id, (one, event) => one.declaredDead(event)),
    dispatched: (destination, process, event) => of(destination).dispatched(process, event),
    deleted(gone) {
      // What was not forwarded yet is for all.
      for (const [name, one] of byName)
        one.deleted(
          gone.filter(({ destination }) => destination === name || destination === '').map(({ event }) => event),
        )
    },
    published(id) {
      withRow(id, (one, event) => {
        one.acknowledgementStored(event)
        published.push(event)
      })
    },
    read(process, events) {
      for (const event of events) {
        const next = published[readCount++]
        if (event.id !== next)
          return reportViolation('feed', `the reader got ${event.id}, and ${next} was published before it`)
        const dispatch = of(destinations.feed).dispatched(process, event)
        dispatch.received()
        dispatch.ends()
      }
    },
    missing() {
      const unread =
        consumer.several && readCount < published.length ? `the reader never got ${published[readCount]}` : null
      return all.reduce<string | null>((found, one) => found ?? one.missing(), unread)
    },
  }
}
