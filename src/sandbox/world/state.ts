// All that the sandbox remembers, as one plain object that JSON can carry.
// It holds no client secret, code or token in clear: their SHA-256 digests are the keys. It does hold what the sandbox
// signs tokens and webhooks with. Rows change in place.

import type { Account } from './accounts.ts'
import type {
  ApiKeyRow,
  BookingRow,
  CalcomHookRow,
  EventTypeRow,
  OutOfOfficeRow,
  ReservationRow,
  ScheduleRow,
} from './calcom-rows.ts'
import type { CalendlyEventRow, CalendlyHookRow, InvitationRow } from './calendly-rows.ts'
import type { Client } from './clients.ts'
import type { Fault } from './fault.ts'
import type { Switches } from './switches.ts'
import type { DeliveryRow } from './webhook-delivery.ts'

/** An authorization code that waits to be exchanged. */
export interface CodeRow {
  client: string
  account: string
  redirectUri: string
  scopes: readonly string[]
  challenge: string | null
  expiresAt: number
  usedAt: number | null
}

/** Calendly: one access token and the refresh token that was issued with it, in one row. Milliseconds. */
export interface CalendlyTokenRow {
  id: string
  /** The authorization that it comes from. */
  family: string
  client: string
  account: string
  scopes: readonly string[]
  access: string
  refresh: string
  createdAt: number
  expiresAt: number
  accessRevokedAt: number | null
  refreshRevokedAt: number | null
  /** Id of the row that it replaced, while that row's refresh token still works (the behaviour before 2026). */
  previous: string | null
}

/** What a user has granted to a client, for people to see and to revoke. */
export interface GrantRow {
  id: string
  provider: 'calendly' | 'calcom'
  client: string
  account: string
  scopes: readonly string[]
  createdAt: number
  renewedAt: number
  accessExpiresAt: number
  refreshExpiresAt: number | null
  endedAt: number | null
  reason: string | null
}

/** Everything that survives a restart. */
export interface State {
  format: 1
  /** Milliseconds that the virtual clock is ahead. */
  offset: number
  /** Signs Cal.com's tokens. A reset replaces it, so all of them end. */
  signingKey: string
  serial: number
  switches: Switches
  accounts: Account[]
  clients: Client[]
  faults: Fault[]
  grants: Record<string, GrantRow>
  /** Webhooks, oldest first. */
  deliveries: DeliveryRow[]
  calendly: {
    codes: Record<string, CodeRow>
    tokens: Record<string, CalendlyTokenRow>
    /** Digest of an access or refresh token -> id of its row. */
    byToken: Record<string, string>
    /** Meetings by their id. */
    events: Record<string, CalendlyEventRow>
    hooks: Record<string, CalendlyHookRow>
    /** Who has been invited to an organization. */
    invitations: Record<string, InvitationRow>
  }
  calcom: {
    codes: Record<string, CodeRow>
    /** `client account` -> digests of the refresh tokens' secrets -> when they end. */
    refresh: Record<string, Record<string, number>>
    /** `client account` -> access tokens issued before (seconds) are refused; used by a switch only. */
    endedBefore: Record<string, number>
    bookings: Record<string, BookingRow>
    reservations: Record<string, ReservationRow>
    hooks: Record<string, CalcomHookRow>
    /** By person, oldest first. A person who has changed nothing is not in it, and has an invented one. */
    schedules: Record<string, ScheduleRow[]>
    /** Likewise. */
    eventTypes: Record<string, EventTypeRow[]>
    /** By digest of the key. */
    apiKeys: Record<string, ApiKeyRow>
    /** By number. */
    outOfOffice: Record<string, OutOfOfficeRow>
  }
}

/** Deletes now and then what no request can reach any more, so that a long simulation does not grow without end. */
export function prune(state: State, now: number): void {
  state.serial += 1
  if (state.serial % 256 !== 0) return
  for (const codes of [state.calendly.codes, state.calcom.codes]) {
    for (const [key, code] of Object.entries(codes)) if (code.expiresAt < now - 3_600_000) delete codes[key]
  }
  const { tokens, byToken } = state.calendly
  const dead = Object.values(tokens).filter(
    (row) => row.refreshRevokedAt !== null && (row.accessRevokedAt !== null || row.expiresAt < now),
  )
  for (const row of dead.slice(0, Math.max(0, dead.length - 1_000))) {
    delete tokens[row.id]
    delete byToken[row.access]
    delete byToken[row.refresh]
  }
}
