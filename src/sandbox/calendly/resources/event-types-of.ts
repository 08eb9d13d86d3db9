// Calendly's event types, invented from the account: as many as it has; of several the last one is inactive.

import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { madeUpId, timestamp, uriOf, userUri } from './uris.ts'

/** One event type, as the API shows it. */
export interface EventType extends Record<string, unknown> {
  readonly uri: string
  readonly name: string
  readonly slug: string
  readonly duration: number
  readonly active: boolean
  readonly admin_managed: boolean
  readonly position: number
  readonly created_at: string
  readonly updated_at: string
  readonly scheduling_url: string
}

/** Returns the event type of that id, and its host. */
export function eventTypeById(world: World, id: string): { host: CalendlyAccount; eventType: EventType } | null {
  for (const host of world.state.accounts) {
    if (host.provider !== 'calendly') continue
    const eventType = eventTypesOf(world, host).find((one) => one.uri.endsWith(`/${id}`))
    if (eventType !== undefined) return { host, eventType }
  }
  return null
}

/** The person's event types; the first is active. */
export function eventTypesOf(world: World, person: CalendlyAccount): EventType[] {
  return Array.from({ length: person.eventTypes }, (_, at) => eventType(world, person, at))
}

function eventType(world: World, person: CalendlyAccount, at: number): EventType {
  const duration = [15, 30, 45, 60][at % 4] ?? 30
  const number = String(at + 1).padStart(2, '0')
  const slug = `meeting-${number}`
  return {
    active: at === 0 || at !== person.eventTypes - 1,
    admin_managed: false,
    booking_method: 'instant',
    color: ['#8247f5', '#0099ff', '#17e885', '#ff4f00'][at % 4] ?? '#8247f5',
    created_at: timestamp(Date.UTC(2024, 1, 1 + at, 9)),
    custom_questions: [],
    deleted_at: null,
    description_html: null,
    description_plain: null,
    duration,
    duration_options: null,
    internal_note: null,
    is_paid: false,
    kind: 'solo',
    locale: person.locale,
    locations: [],
    name: `Meeting ${number}`,
    pooling_type: null,
    position: at,
    profile: { name: person.name, owner: userUri(world, person.id), type: 'User' },
    scheduling_url: `https://calendly.com/${person.slug}/${slug}`,
    secret: false,
    slug,
    type: 'StandardEventType',
    updated_at: timestamp(Date.UTC(2026, 1, 1 + at, 9)),
    uri: uriOf(world, 'event_types', madeUpId(`${person.id} ${at}`)),
  }
}

/** The id of the person's one schedule. */
export function scheduleIdOf(user: string): string {
  return madeUpId(`schedule of ${user}`)
}
