// What the sandbox remembers of Calendly's meetings and webhook subscriptions. Milliseconds.

/** How a meeting was canceled. */
export interface CancellationRow {
  by: string
  type: 'host' | 'invitee'
  reason: string | null
  at: number
}

/** That an invitee did not come. */
export interface NoShowRow {
  id: string
  at: number
}

/** Which invitee of which meeting. */
export interface InviteeRef {
  event: string
  id: string
}

/** One person who is invited. */
export interface InviteeRow {
  id: string
  createdAt: number
  updatedAt: number
  email: string
  name: string
  firstName: string | null
  lastName: string | null
  timeZone: string
  answers: { question: string; answer: string; position: number }[]
  tracking: Record<string, string | null>
  textReminderNumber: string | null
  /** The invitees that this one has replaced, and was replaced by, when the person moved. */
  old: InviteeRef | null
  new: InviteeRef | null
  cancellation: CancellationRow | null
  method: 'api' | 'instant_book'
  noShow: NoShowRow | null
}

/** One scheduled event with its invitees: a group meeting may have several, every other one. */
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
  /** As the API shows it. */
  location: { readonly type: string } & Record<string, unknown>
  guests: readonly string[]
  /** How many invitees it may have. */
  limit: number
  /** How the whole meeting was canceled. */
  cancellation: CancellationRow | null
  /** In the order in which they came; those who have canceled stay. */
  invitees: InviteeRow[]
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
