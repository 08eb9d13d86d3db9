// A host application that is subscribed to the bookings of one account. Its provider tells changes of bookings in plain
// words, so that a test can send any change in any order.

import { isObject } from '../../src/core/json.ts'
import type { BookingEventType, ProviderScheduling } from '../../src/core/scheduling/provider.ts'
import type { Connection, Punctual, PunctualOptions } from '../../src/index.ts'
import { sandboxClients } from '../support/host.ts'
import { plainBooking, plainScheduling } from '../support/plain-scheduling.ts'
import { type Case, cases, type Listening, signed, startListening } from './host.ts'

/** A change as the provider tells it. */
export interface ToldChange {
  readonly booking: string
  readonly replaces?: string
  readonly version?: string
  /** What the webhook tells of the booking; `null`: nothing. */
  readonly told?: Parameters<typeof plainBooking>[0] | null
  readonly isWhole?: boolean
  /** Ms before now. */
  readonly agoMs?: number
}

export interface BookingHost extends Listening {
  /** One more Punctual on the same store, whose provider has scheduling. */
  readonly bookings: Punctual
  readonly connection: Connection
  /** Delivers a webhook with that name. Returns the status of the answer. */
  tell(name: string, change: ToldChange): Promise<number>
}

const of = cases.find(({ client }) => client === 'calcom') as Case

const types: Readonly<Record<string, BookingEventType>> = {
  BOOKING_CREATED: 'booking.created',
  BOOKING_REQUESTED: 'booking.requested',
  BOOKING_REJECTED: 'booking.declined',
  BOOKING_RESCHEDULED: 'booking.rescheduled',
  BOOKING_CANCELLED: 'booking.cancelled',
}

const scheduling: Partial<ProviderScheduling> = {
  change(name, body) {
    const change = changeIn(body)
    const type = types[name]
    if (!change || !type) return null
    const { booking, replaces = null, version = '' } = change
    return { type, booking, replaces, version }
  },
  told(_, body) {
    const { booking, replaces = null, told, isWhole = true } = changeIn(body) ?? { booking: '' }
    return told === null ? null : { booking: plainBooking({ id: booking, replaces, ...told }), isWhole }
  },
}

export async function startBookingHost(
  t: Parameters<typeof startListening>[0],
  options: Partial<PunctualOptions> = {},
  given: Partial<ProviderScheduling> = {},
): Promise<BookingHost> {
  const host = await startListening(t)
  const clients = sandboxClients(host.sandbox).map((client) => ({
    ...client,
    provider: { ...client.provider, scheduling: plainScheduling({ ...scheduling, ...given }) },
  }))
  const bookings = host.another({ clients, ...options })
  host.person = 'ada'
  const connection = await host.connect(of.client, { scopes: of.scopes, account: 'ada', through: bookings })
  await bookings.webhooks.subscribe(connection.id, { bookings: true })
  const [subscription] = await host.standing()
  if (!subscription) throw new Error('there is no subscription')
  const key = await host.keyOf(of, subscription.url)
  return Object.assign(host, {
    bookings,
    connection,
    async tell(name: string, { agoMs = 0, ...change }: ToldChange) {
      const createdAt = new Date(host.clock.now() - agoMs).toISOString()
      const body = JSON.stringify({ triggerEvent: name, createdAt, payload: { uid: change.booking, change } })
      const headers = signed(of, body, key, host.clock.now())
      const request = new Request(subscription.url, { method: 'POST', headers, body })
      return (await bookings.handler(request)).status
    },
  })
}

function changeIn(body: unknown): ToldChange | null {
  const { payload } = body as { payload: { change?: ToldChange } }
  return isObject(payload.change) ? (payload.change as unknown as ToldChange) : null
}
