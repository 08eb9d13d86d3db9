// What the sandbox remembers of Calendly's meetings and webhook subscriptions. Milliseconds.

/** How a meeting was canceled. */
export interface CancellationRow {
  by: string
  type: 'host' | 'invitee'
  reason: string | null
  at: number
}

/** The person who is invited; a meeting here has exactly one. */
export interface InviteeRow {
  id: string
  email: string
  name: string
  firstName: string | null
  lastName: string | null
  timeZone: string
  answers: { question: string; answer: string; position: number }[]
  tracking: Record<string, string | null>
  textReminderNumber: string | null
  /** Ids of the meetings that this one has replaced, and was replaced by. */
  old: string | null
  new: string | null
  method: 'api' | 'instant_book'
  noShow: { id: string; at: number } | null
}

/** One scheduled event with its invitee. */
export interface CalendlyEventRow {
  id: string
  host: string
  organization: string
  eventType: string
  name: string
  startsAt: number
  endsAt: number
  createdAt: number
  updatedAt: number
  location: { type: string; location: string | null }
  guests: readonly string[]
  cancellation: CancellationRow | null
  invitee: InviteeRow
}

/** Who has been invited to an organization, and has neither accepted nor declined. */
export interface InvitationRow {
  id: string
  organization: string
  email: string
  createdAt: number
}

/** One webhook subscription. */
export interface CalendlyHookRow {
  id: string
  client: string
  creator: string
  organization: string
  scope: 'organization' | 'user' | 'group'
  user: string | null
  group: string | null
  url: string
  events: readonly string[]
  signingKey: string | null
  state: 'active' | 'disabled'
  createdAt: number
  updatedAt: number
  retryStartedAt: number | null
}
