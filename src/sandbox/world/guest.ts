// What a guest may do on a person's public page, at either provider: book, move and cancel. The control plays it.

/** What a guest wants to book. */
export interface GuestWish {
  /** Name, slug or id of the event type; null: the first one. */
  readonly eventType: string | null
  /** Null: the next open time. */
  readonly startsAt: number | null
  readonly guest: { readonly name: string; readonly email: string; readonly timeZone: string | null }
}

/** Which booking a guest changes, and who of several guests does; null: the first one. */
export interface GuestBookingRef {
  readonly id: string
  readonly email: string | null
}

/** What came of it, or why it did not, in a sentence. */
export type GuestOutcome = GuestBooking | { readonly refused: string }

/** A guest's booking. */
export interface GuestBooking {
  /** Names it in the paths of the control: the last part of a URI at Calendly, the uid at Cal.com. */
  readonly id: string
  /** How the provider's API names it. */
  readonly booking: string
  /** How the provider's API names the guest in it: the invitee's URI, or the seat or the address. */
  readonly attendee: string
  readonly startsAt: number
}

/** Why a guest cannot have a time. */
export const guestRefusals: Readonly<Record<'none' | 'closed' | 'over', { readonly refused: string }>> = {
  none: { refused: 'This person has no event type, or no open time in the next 30 days.' },
  closed: { refused: 'This start is taken, or the person cannot be booked then.' },
  over: { refused: 'This guest has canceled already, or the booking is over.' },
}

/** How far a guest looks for an open time. */
export const guestWindowMs: number = 30 * 86_400_000

/** Why a guest cannot book what the person does not have. `known`: the names of the person's event types. */
export function noEventType(wanted: string, known: readonly string[]): { readonly refused: string } {
  const has = known.length === 0 ? 'has none' : `has ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`
  return { refused: `There is no event type ${JSON.stringify(wanted)}: this person ${has}.` }
}
