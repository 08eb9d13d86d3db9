// What was asked for, and what came of it.

import { isDoubt } from './ask.ts'
import type { Person } from './place.ts'
import type { Refreshes } from './refreshes.ts'

/** `doubt`: it may have been booked. `cancelling`: it was booked, and may have been cancelled. */
export type BookingOutcome = 'open' | 'booked' | 'cancelling' | 'cancelled' | 'refused' | 'doubt'

export interface Asked {
  readonly change: string
  readonly email: string
  outcome: BookingOutcome
}

interface Refusal {
  readonly status: number
  readonly body: { readonly code?: string; readonly reason?: string; readonly retryable?: boolean }
}

export interface Ledger {
  connected(person: Person, id: string): void
  /** Something that may happen, and is counted. */
  note(what: string): void
  /** A request for that connection had an answer that says that it does not work. */
  failed(connection: string, what: string, refusal: Refusal): void
  asksFor(change: string, email: string): void
  booked(change: string): void
  cancelling(change: string): void
  cancelled(change: string): void
  notBooked(change: string, connection: string, refusal: Refusal): void
  readonly changes: ReadonlyMap<string, Asked>
  readonly connections: ReadonlyMap<string, Person>
  /** Refusals that no rule explains. */
  unexplained(): string[]
  /** Counts, for a person to read. */
  summary(): string
}

export function createLedger(refreshes: Pick<Refreshes, 'mayHaveLost' | 'counts'>): Ledger {
  const changes = new Map<string, Asked>()
  const connections = new Map<string, Person>()
  const counts = new Map<string, number>()
  const failures: { readonly connection: string; readonly isOver: boolean; readonly text: string }[] = []
  const note = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1)

  function finish(change: string, outcome: Asked['outcome']): void {
    const asked = changes.get(change)
    if (asked) asked.outcome = outcome
    note(outcome)
  }

  function failed(connection: string, what: string, { status, body: { code = '', reason = '' } }: Refusal): void {
    note(`${what} refused: ${status} ${code} ${reason}`)
    const text = `${what} of ${connection}: ${status} ${code} ${reason}`
    failures.push({ connection, isOver: code === 'needs_reconnect', text })
  }

  return {
    connected: (person, id) => void connections.set(id, person),
    note,
    failed,
    asksFor: (change, email) => void changes.set(change, { change, email, outcome: 'open' }),
    booked: (change) => finish(change, 'booked'),
    cancelling: (change) => finish(change, 'cancelling'),
    cancelled: (change) => finish(change, 'cancelled'),
    notBooked(change, connection, refusal) {
      // Another caller was faster.
      if (refusal.body.code === 'provider_refused') return finish(change, 'refused')
      finish(change, 'doubt')
      if (!isDoubt(refusal.body)) failed(connection, 'book', refusal)
    },
    changes,
    connections,
    unexplained() {
      const wrong = failures.filter(({ connection, isOver }) => {
        const person = connections.get(connection)
        return !(isOver && person && refreshes.mayHaveLost(person))
      })
      return wrong.map(({ text }) => text)
    },
    summary() {
      const { answered, lost, refused } = refreshes.counts
      const lines = [...counts].sort().map(([what, times]) => `${times} × ${what}`)
      return [`refreshes: ${answered} answered, ${lost} lost, ${refused} refused`, ...lines].join('\n')
    },
  }
}
