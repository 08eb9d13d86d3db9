// The addresses of what Calendly has, and how its API writes ids and times.

import type { CalendlyEventRow, InviteeRow } from '../../world/calendly-rows.ts'
import { digest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'

/** A time as Calendly writes it: UTC with microseconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}

/** When invented resources were created and changed. */
export const madeUpTimes: { readonly createdAt: number; readonly updatedAt: number } = {
  createdAt: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
  updatedAt: Date.UTC(2026, 7, 7, 6, 5, 4, 321),
}

/** Derives the id of an invented resource: the same text always has the same id. */
export function madeUpId(of: string): string {
  return digest(of).slice(0, 16).toUpperCase()
}

/** The URI of a resource of that kind, such as `groups`. */
export function uriOf(world: World, kind: string, id: string): string {
  return `${world.root('/calendly/api')}/${kind}/${id}`
}

/** The uuid in a resource URI of that kind, such as `users`; null when it is something else. */
export function uuidIn(world: World, uri: string, kind: string): string | null {
  const root = uriOf(world, kind, '')
  const rest = uri.startsWith(root) ? uri.slice(root.length) : ''
  return /^[A-Za-z0-9-]+$/.test(rest) ? rest : null
}

/** A user's URI. */
export function userUri(world: World, id: string): string {
  return uriOf(world, 'users', id)
}

/** An organization's URI. */
export function organizationUri(world: World, id: string): string {
  return uriOf(world, 'organizations', id)
}

/** A scheduled event's URI. */
export function eventUri(world: World, id: string): string {
  return uriOf(world, 'scheduled_events', id)
}

/** An event type's URI. */
export function eventTypeUri(world: World, id: string): string {
  return uriOf(world, 'event_types', id)
}

/** The URI of an invitee of a meeting. */
export function inviteeUri(world: World, row: Pick<CalendlyEventRow, 'id'>, invitee: Pick<InviteeRow, 'id'>): string {
  return `${eventUri(world, row.id)}/invitees/${invitee.id}`
}

/** A no-show's URI. */
export function noShowUri(world: World, id: string): string {
  return uriOf(world, 'invitee_no_shows', id)
}
