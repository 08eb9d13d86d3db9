// A booking as a person or a program sees it, the same at both providers. Times in ISO.

/** One person who has booked it. */
export interface ShownGuest {
  readonly name: string
  readonly email: string
  readonly timeZone: string
  readonly hasCanceled: boolean
}

/** A booking: who, what, when and where. */
export interface ShownBooking {
  /** Names it in the paths of the control. */
  readonly id: string
  readonly provider: 'calendly' | 'calcom'
  /** The account that is booked. */
  readonly account: string
  readonly eventType: string
  readonly startsAt: string
  readonly endsAt: string
  /** `waiting`: the host has not confirmed it yet. */
  readonly state: 'booked' | 'waiting' | 'canceled' | 'declined'
  readonly guests: readonly ShownGuest[]
  readonly where: string | null
  readonly answers: readonly { readonly question: string; readonly answer: string }[]
  /** Who ended it, and why. */
  readonly endedBy: string | null
  readonly reason: string | null
  /** The bookings that it has replaced, and was replaced by. */
  readonly movedFrom: string | null
  readonly movedTo: string | null
  readonly createdAt: string
}
