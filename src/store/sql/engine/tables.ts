// The tables as the statements see them. Times are whole milliseconds since 1970, booleans are 0 or 1, lists and
// outcomes are JSON as text: the same in every engine. A Postgres driver must parse its bigint as a number.

import type { ColumnType, Generated } from 'kysely'
import type { GrantEnd, GrantStatus } from '../../../core/grant.ts'
import type { AttemptPhase } from '../../../core/store/attempts.ts'
import type { BookingKeyState, BookingVerb } from '../../../core/store/booking-keys.ts'
import type { OutboxState } from '../../../core/store/outbox.ts'
import type { SubscriptionState } from '../../../core/store/subscriptions.ts'
import type { ActivityTables } from './activity-tables.ts'
import type { Fixed, Flag } from './column-types.ts'
import type { ServiceTables } from './service-tables.ts'

export interface Tables extends ActivityTables, ServiceTables {
  attempts: AttemptTable
  grants: GrantTable
  connections: ConnectionTable
  clients: ClientTable
  history: HistoryTable
  outbox: OutboxTable
  feed: FeedTable
  feed_end: FeedEndTable
  subjects: SubjectTable
  subscriptions: SubscriptionTable
  booking_keys: BookingKeyTable
  booking_links: BookingLinkTable
  ended_ids: EndedTable
  health: HealthTable
  sweeps: SweepTable
  database_identity: IdentityTable
}

/** The owner of every lease on a grant while the rows are copied to another store, and afterwards. */
export const copyingOwner = 'moved'

/** The event that every queue is leased to meanwhile. No event has this number. */
export const noEvent = '-1'

export interface AttemptTable {
  id: Fixed<string>
  client: Fixed<string>
  owner: Fixed<string>
  return_to: Fixed<string>
  state_hash: Fixed<string>
  nonce_hash: Fixed<string>
  verifier: string | null
  scopes: Fixed<string>
  reconnect: Fixed<string | null>
  another_account: Fixed<Flag>
  session: Fixed<string | null>
  phase: AttemptPhase
  code: string | null
  answer: string | null
  outcome: string | null
  created_at: Fixed<number>
  expires_at: Fixed<number>
  moved_at: number
}

export interface GrantTable {
  id: Fixed<string>
  client: Fixed<string>
  account_id: Fixed<string>
  account_name: string | null
  account_email: string | null
  account_time_zone: string | null
  scopes: string
  tokens: string | null
  /** JSON list. */
  spares: string
  generation: number
  expires_at: number
  /** Ms from the storing of the token set to `expires_at`; `null` for one of an earlier version. */
  lifetime: number | null
  due_at: number | null
  renew_at: number | null
  status: GrantStatus
  reason: GrantEnd | null
  lease_owner: string | null
  lease_until: number
  intent: string | null
  doubt: Flag
  failures: number
  refusals: ColumnType<number, number | undefined, number>
  refused_since: number | null
  retry_at: number
  paced_at: number
  used_at: number
  created_at: Fixed<number>
  /** When it began to close. */
  closing_at: number | null
  /** When it was closed. */
  closed_at: ColumnType<number | null, number | null | undefined, number | null>
}

export interface ConnectionTable {
  id: Fixed<string>
  owner: Fixed<string>
  client: string
  /** The account's id; `null` once another connection of the owner has taken this one's place. */
  account: string | null
  grant_id: string
  disconnected: Flag
  /** Whether its grant is over, unless it is disconnected: here too, so that an index has the lists by status. */
  needs_reconnect: ColumnType<Flag, Flag | undefined, Flag>
  created_at: Fixed<number>
  updated_at: number
}

export interface ClientTable {
  client: Fixed<string>
  credentials: Fixed<string>
  code: string
  reason: string
  witness: string | null
  confirmed: Flag
  since: number
  probe_at: number
}

export interface HistoryTable {
  seq: Generated<number>
  at: Fixed<number>
  grant_id: Fixed<string>
  connection: Fixed<string | null>
  type: Fixed<string>
  data: Fixed<string>
}

export interface OutboxTable {
  /** Read as text: an engine's numbers may be greater than ours can be. */
  seq: ColumnType<string, never, never>
  /** The name of the destination. */
  destination: ColumnType<string, string | undefined, never>
  /** The public id of the event, in a row that is a copy for one of several destinations. */
  event: ColumnType<string | null, string | null | undefined, never>
  type: Fixed<string>
  /** The name of its queue: see `outbox/queue-name.ts`. */
  subject: Fixed<string>
  order_at: Fixed<number>
  connection: ColumnType<string | null, string | null | undefined, never>
  owner: ColumnType<string | null, string | null | undefined, never>
  client: Fixed<string>
  data: Fixed<string>
  body: string | null
  key: ColumnType<string | null, string | null | undefined, never>
  /** `forwarded`: there are copies for the destinations, and this row only serves to recognise a repeated delivery. */
  state: OutboxState | 'forwarded'
  late: Flag
  attempts: number
  first_at: number | null
  due_at: number
  error: string | null
  lease_owner: string | null
  /** When it became done, forwarded or dead. */
  ended_at: number | null
  created_at: Fixed<number>
}

/** A published event. */
export interface FeedTable {
  position: Fixed<number>
  event: Fixed<string>
  type: Fixed<string>
  owner: Fixed<string | null>
  body: Fixed<string>
  /** When it was published. */
  created_at: Fixed<number>
}

/** One row, made with the table. */
export interface FeedEndTable {
  id: Fixed<number>
  /** The last position that was given to an event. */
  position: number
}

/** One row for each queue: for each destination and ordering key that have a pending event. `subject` is its name. */
export interface SubjectTable {
  subject: Fixed<string>
  destination: ColumnType<string, string | undefined, never>
  /** When its first event may be dispatched, or when the lease of the event that is being dispatched ends. */
  due_at: number
  /** The number of the event that is being dispatched. */
  leased: string | null
}

export interface SubscriptionTable {
  id: Fixed<string>
  connection: Fixed<string>
  client: Fixed<string>
  account: Fixed<string>
  scope: Fixed<string>
  current: Flag
  /** JSON list. */
  events: Fixed<string>
  secrets: string | null
  reference: string | null
  state: SubscriptionState
  detail: string | null
  check_at: number
  removed_at: number | null
  created_at: Fixed<number>
}

export interface BookingKeyTable {
  connection: Fixed<string>
  key: Fixed<string>
  verb: BookingVerb
  request_digest: string
  request: string
  state: BookingKeyState
  step: string | null
  reason: string | null
  booking: string | null
  claim: number
  sent_at: number | null
  /** The same, by the clock that judges leases. `null` in a copy: the clock of another machine means nothing here. */
  sent_at_of_leases: number | null
  lease_until: number
  check_at: number | null
  /** Until when nobody can claim it, by the store's clock: its row is copied to another database. */
  frozen_until: number | null
  created_at: number
  /** The same, by the clock that judges leases. `null` in a copy. */
  created_at_of_leases: number | null
}

export interface BookingLinkTable {
  connection: Fixed<string>
  booking: Fixed<string>
  chain: string | null
  replaces: string | null
  replaced_by: string | null
  start: string | null
  created_at: Fixed<number>
}

/** What is left of a connection or a grant that was deleted. */
export interface EndedTable {
  id: Fixed<string>
  /** How far a grant had come; 0 for a connection. */
  generation: number
  at: number
}

/** One row, written to learn whether the store can be written. */
export interface HealthTable {
  id: Fixed<number>
  at: number
}

export type SweepKind =
  | 'attempts'
  | 'outbox'
  | 'feed'
  | 'subscriptions'
  | 'booking_keys'
  | 'booking_links'
  | 'connect_sessions'
  | 'api_keys'
  | 'tallies'
  | 'error_groups'
  | 'activity_log'
  | 'history'
  | 'ended'
  | 'ended_ids'

/** One row for each kind of sweep that needs a clock without steps. */
export interface SweepTable {
  kind: Fixed<SweepKind>
  /** Since when the clock has been seen to run without a step. */
  since: number
  /** When the clock was last looked at. */
  at: number
}

/** One row, made with the database. */
export interface IdentityTable {
  id: Fixed<number>
  identity: string
  /** 1: an escrow has ever had all of its grants. */
  has_escrow: Generated<number>
}
