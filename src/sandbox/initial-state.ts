// The state that a sandbox begins with, and what the options add to a state from a file.

import type { CheckedOptions } from './options.ts'
import { builtInAccounts } from './world/built-in-accounts.ts'
import { builtInClients } from './world/built-in-clients.ts'
import type { AttendeeRow, BookingRow } from './world/calcom-rows.ts'
import type { CalendlyEventRow, InviteeRef, InviteeRow } from './world/calendly-rows.ts'
import { buildClient } from './world/clients.ts'
import { hex } from './world/seal.ts'
import type { State } from './world/state.ts'
import { switchDefaults } from './world/switches.ts'

type Random = (bytes: number) => Uint8Array

/** How an invitee named the meetings before and after. */
interface OldLinks {
  readonly old: string | null
  readonly new: string | null
}

/** An empty sandbox with its built-in people and clients, and those of the options. */
export function freshState(options: CheckedOptions, random: Random): State {
  const state: State = {
    format: 1,
    offset: 0,
    signingKey: hex(random(32)),
    serial: 0,
    switches: { ...switchDefaults },
    accounts: [],
    clients: [],
    faults: [],
    grants: {},
    deliveries: [],
    calendly: { codes: {}, tokens: {}, byToken: {}, ...emptyCalendly() },
    calcom: { codes: {}, refresh: {}, endedBefore: {}, ...emptyCalcom() },
  }
  return withOptions(state, options, random)
}

/** Adds the built-in people and clients, and then those of the options, to a state. The same id replaces. */
export function withOptions(state: State, options: CheckedOptions, random: Random): State {
  fillUp(state, random)
  for (const [name, value] of Object.entries(options.switches ?? {})) {
    if (value !== undefined) Object.assign(state.switches, { [name]: value })
  }
  for (const account of builtInAccounts) if (!holds(state.accounts, account)) state.accounts.push({ ...account })
  for (const account of options.accounts) put(state.accounts, { ...account })
  for (const input of builtInClients) {
    const { client } = buildClient(input, random)
    if (!holds(state.clients, client)) state.clients.push(client)
  }
  for (const input of options.clients) put(state.clients, buildClient(input, random).client)
  return state
}

/** Fills in what a state from an older sandbox lacks. */
function fillUp(state: State, random: Random): void {
  state.switches = { ...switchDefaults, ...state.switches }
  state.deliveries ??= []
  state.calendly = { ...emptyCalendly(), ...state.calendly }
  for (const row of Object.values(state.calendly.events)) withInvitees(row)
  for (const hook of Object.values(state.calendly.hooks)) hook.group ??= null
  state.calcom = { ...emptyCalcom(), ...state.calcom }
  for (const hook of Object.values(state.calcom.hooks)) hook.eventTypeId ??= null
  for (const booking of Object.values(state.calcom.bookings)) {
    withAttendees(booking)
    booking.absent ??= []
    booking.hostAbsent ??= false
    booking.icsUid ??= booking.uid
  }
  for (const row of Object.values(state.calcom.reservations)) row.minutes ??= 5
  for (const account of state.accounts) {
    account.teams ??= []
    account.catalog ??= 'meetings'
    if (account.provider === 'calendly') account.group ??= null
  }
  for (const client of state.clients) client.webhookKey ??= hex(random(32))
}

/** A meeting used to have one `invitee`, which was canceled and moved together with it. */
function withInvitees(row: CalendlyEventRow): void {
  const { invitee, ...rest } = row as CalendlyEventRow & { invitee?: Omit<InviteeRow, 'old' | 'new'> & OldLinks }
  if (invitee === undefined) return
  const { createdAt, updatedAt, cancellation } = rest
  const ref = (id: string | null): InviteeRef | null => (id === null ? null : { event: id, id: '' })
  const links = { old: ref(invitee.old), new: ref(invitee.new) }
  Object.assign(row, { limit: 1, invitees: [{ ...invitee, ...links, createdAt, updatedAt, cancellation }] })
  delete (row as { invitee?: unknown }).invitee
}

/** A booking used to have one `attendee`, and those who were `added`. */
function withAttendees(row: BookingRow): void {
  const { attendee, added = [] } = row as BookingRow & { attendee?: AttendeeRow; added?: AttendeeRow[] }
  row.recurringUid ??= null
  row.rejectionReason ??= null
  if (attendee !== undefined) row.attendees = [attendee, ...added]
  for (const one of row.attendees) one.seat ??= null
}

/** What Calendly's people have made, which is nothing yet. */
function emptyCalendly(): Pick<State['calendly'], 'events' | 'hooks' | 'invitations'> {
  return { events: {}, hooks: {}, invitations: {} }
}

/** What Cal.com's people have made, which is nothing yet. */
function emptyCalcom(): Omit<State['calcom'], 'codes' | 'refresh' | 'endedBefore'> {
  return { bookings: {}, reservations: {}, hooks: {}, schedules: {}, eventTypes: {}, apiKeys: {}, outOfOffice: {} }
}

interface Named {
  readonly provider: string
  readonly id: string
}

function holds(list: readonly Named[], one: Named): boolean {
  return list.some((other) => other.provider === one.provider && other.id === one.id)
}

function put<One extends Named>(list: One[], one: One): void {
  const at = list.findIndex((other) => other.provider === one.provider && other.id === one.id)
  if (at < 0) list.push(one)
  else list[at] = one
}
