// The chain of a booking that a webhook tells, as far as the stored links tell it. What the webhook says of a move is
// recorded, and so is a rebooking of ours that the webhook tells before the answer to our own request.

import type { Provider } from '../core/provider.ts'
import { chainFrom } from '../core/scheduling/chain.ts'
import type { BookingChange, ProviderBooking } from '../core/scheduling/provider.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { WebhookReport } from './report.ts'
import type { StoredWebhook } from './stored-webhook.ts'

export interface ChainOfInit {
  readonly bookingLinks: Pick<BookingLinkRecords, 'wayBack' | 'put'>
  /**
   * Links a booking that was made at `madeAt` (ms) to the one that it replaces, if a rebooking of this connection that is
   * under way has made it. Returns their chain; `null`: none has.
   */
  readonly linkToldRebooking: (connection: string, booking: ProviderBooking, madeAt: number) => Promise<string | null>
  readonly report: Pick<WebhookReport, 'fault'>
}

export type ChainOf = (webhook: StoredWebhook, provider: Provider, change: BookingChange) => Promise<string>

export function createChainOf({ bookingLinks, linkToldRebooking, report }: ChainOfInit): ChainOf {
  /**
   * The chain of the booking, as far as the stored links tell. A move is recorded, so that later changes of either booking
   * are found to be of it. Its chain is not, unless it is known: a webhook may have been lost, and what came before is then
   * known by the provider alone.
   */
  async function chainOf(webhook: StoredWebhook, provider: Provider, change: BookingChange): Promise<string> {
    const { booking, replaces } = change
    const connection = webhook.connection.id
    const own = await bookingLinks.wayBack(connection, booking)
    const chain = own.chain ?? chainFrom(provider.name, own.first)
    if (replaces === null && (own.chain !== null || own.link?.replaces)) return chain
    if (replaces === null) return (await chainOfRebooking(webhook, provider, change)) ?? chain
    if (own.link?.replaces === replaces) return chain
    return linkMove(webhook, provider, { booking, replaces, chain: own.chain })
  }

  async function linkMove(
    webhook: StoredWebhook,
    provider: Provider,
    move: { readonly booking: string; readonly replaces: string; readonly chain: string | null },
  ): Promise<string> {
    const { booking, replaces } = move
    const connection = webhook.connection.id
    const told = toldBy(provider, webhook)
    const old = await bookingLinks.wayBack(connection, replaces)
    const chain = move.chain ?? old.chain
    const [start, previousStart] = [told?.start ?? null, told?.previousStart ?? null]
    await bookingLinks.put({
      connection,
      booking: replaces,
      chain,
      replaces: null,
      replacedBy: booking,
      start: previousStart,
    })
    await bookingLinks.put({ connection, booking, chain, replaces, replacedBy: null, start })
    return chain ?? chainFrom(provider.name, old.first)
  }

  /**
   * Where bookings cannot be moved, a new one may be that of a rebooking whose answer has not come yet. `null`: it is not.
   * Nothing that goes wrong here refuses the webhook: the answer, or the look after it, records the links too.
   */
  async function chainOfRebooking(
    webhook: StoredWebhook,
    provider: Provider,
    { type }: BookingChange,
  ): Promise<string | null> {
    const isMade = type === 'booking.created' || type === 'booking.requested'
    if (!isMade || provider.scheduling?.reschedule !== null) return null
    const told = toldBy(provider, webhook)
    try {
      return told && (await linkToldRebooking(webhook.connection.id, told, Number(webhook.delivery.data.createdAt)))
    } catch (error) {
      report.fault(error)
      return null
    }
  }

  /** The booking as the webhook tells it; `null` if it does not, or if the definition is mistaken. */
  function toldBy({ scheduling }: Provider, { delivery, json }: StoredWebhook): ProviderBooking | null {
    try {
      return scheduling?.told(String(delivery.data.name), json)?.booking ?? null
    } catch (error) {
      report.fault(error)
      return null
    }
  }

  return chainOf
}
