// What the compiler reports about the typed calls: a misspelt name is an error before anything runs, and a field that a
// provider adds later is allowed. Compiled with everything else, never run.

import type { ApiCaller } from '../../src/core/calls.ts'
import type { Connection } from '../../src/index.ts'
import { calcomApi } from '../../src/providers/calcom/index.ts'
import { type CalendlyEventType, calendlyApi } from '../../src/providers/calendly/index.ts'

export async function compiled(connection: Connection, eventType: CalendlyEventType): Promise<void> {
  const calls: ApiCaller = connection
  const typed = calendlyApi(calls)
  typed.scheduledEvents({ status: 'active', min_start_time: new Date(0) })
  // @ts-expect-error a parameter that Calendly does not have
  typed.scheduledEvents({ stauts: 'active' })
  // @ts-expect-error a status that it does not have
  typed.scheduledEvents({ status: 'cancelled' })
  // @ts-expect-error both ends are needed
  typed.availableTimes({ event_type: eventType.uri, start_time: new Date(0) })
  // @ts-expect-error it may be null, or not there
  eventType.name.length
  // @ts-expect-error an answer is only read
  eventType.active = false
  const kind: string | null | undefined = eventType.kind
  if (kind === 'solo' || kind === 'a kind of next year') eventType.duration.toFixed()
  for await (const { uid, attendees } of calcomApi(connection).bookings({ status: ['upcoming'] })) {
    const emails: (string | null | undefined)[] = attendees.map(({ email }) => email)
    await calcomApi(connection).cancel(uid, { cancellationReason: String(emails.length) })
  }
}
