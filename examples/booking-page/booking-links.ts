// Which booking a visitor's link leads to. The link is the key of the booking form: a random word that nobody can guess,
// and that only the person who booked has seen. Here it is kept in a Map; keep yours in a table, and mail it.

export interface BookingLink {
  readonly owner: string
  /** The id of the connection that it was booked through. */
  readonly connection: string
  /** The id of the booking, which changes when the booking is moved. */
  readonly booking: string
  /** The name of the service. */
  readonly service: string
  /** Whether one meeting can have several visitors. A booking does not always say so. */
  readonly isShared: boolean
  /** The e-mail address of the visitor. */
  readonly email: string
  /** IANA name of the visitor's time zone. */
  readonly timeZone: string
}

export type BookingLinks = Pick<Map<string, BookingLink>, 'get' | 'set'>

export function createBookingLinks(): BookingLinks {
  return new Map()
}
