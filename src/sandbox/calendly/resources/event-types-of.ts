// Calendly's event types, made up from the account. `meetings`: as many as it has, one like the other; of several the
// last one is inactive. `services`: those that both providers have.

import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { type CustomQuestion, type LocationConfiguration, type ServiceSettings, serviceAt } from './services.ts'
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
  readonly pooling_type: string | null
  readonly locations: readonly LocationConfiguration[]
  readonly custom_questions: readonly CustomQuestion[]
}

/** An event type, its host, and what the API does not show of it. */
export interface HostedEventType {
  readonly host: CalendlyAccount
  readonly eventType: EventType
  /** The last part of its URI. */
  readonly id: string
  /** How many invitees a meeting of it may have. */
  readonly capacity: number
  /** How long ahead it must be booked. */
  readonly noticeMs: number
}

/** Returns the event type of that id. */
export function eventTypeById(world: World, id: string): HostedEventType | null {
  for (const host of world.state.accounts) {
    if (host.provider !== 'calendly') continue
    const found = hostedEventTypesOf(world, host).find((one) => one.id === id)
    if (found !== undefined) return found
  }
  return null
}

/** The person's event types; the first is active. */
export function eventTypesOf(world: World, person: CalendlyAccount): EventType[] {
  return hostedEventTypesOf(world, person).map(({ eventType }) => eventType)
}

/** The person's event types with what the API does not show. */
export function hostedEventTypesOf(world: World, person: CalendlyAccount): HostedEventType[] {
  const { eventTypes: length, catalog } = person
  if (catalog === 'meetings') return Array.from({ length }, (_, at) => hosted(world, person, at, meetingAt(person, at)))
  return Array.from({ length }, (_, at) => serviceAt(at)).flatMap((service, at) =>
    service === null ? [] : hosted(world, person, at, service),
  )
}

function meetingAt({ eventTypes }: CalendlyAccount, at: number): ServiceSettings {
  const number = String(at + 1).padStart(2, '0')
  const active = at === 0 || at !== eventTypes - 1
  const shown = { slug: `meeting-${number}`, name: `Meeting ${number}`, duration: [15, 30, 45, 60][at % 4], active }
  return { shown, capacity: 1, noticeMinutes: 0 }
}

function hosted(world: World, host: CalendlyAccount, at: number, settings: ServiceSettings): HostedEventType {
  const { shown, capacity, noticeMinutes } = settings
  const id = madeUpId(`${host.id} ${at}`)
  const defaults = {
    active: true,
    admin_managed: false,
    booking_method: 'instant',
    color: ['#8247f5', '#0099ff', '#17e885', '#ff4f00'][at % 4] ?? '#8247f5',
    created_at: timestamp(Date.UTC(2024, 1, 1 + at, 9)),
    custom_questions: [],
    deleted_at: null,
    description_html: null,
    description_plain: null,
    duration: 30,
    duration_options: null,
    internal_note: null,
    is_paid: false,
    kind: 'solo',
    locale: host.locale,
    locations: [],
    name: '',
    pooling_type: null,
    position: at,
    profile: { name: host.name, owner: userUri(world, host.id), type: 'User' },
    scheduling_url: `https://calendly.com/${host.slug}/${String(shown.slug)}`,
    secret: false,
    slug: '',
    type: 'StandardEventType',
    updated_at: timestamp(Date.UTC(2026, 1, 1 + at, 9)),
    uri: uriOf(world, 'event_types', id),
  }
  return { host, eventType: { ...defaults, ...shown }, id, capacity, noticeMs: noticeMinutes * 60_000 }
}

/** The id of the person's one schedule. */
export function scheduleIdOf(user: string): string {
  return madeUpId(`schedule of ${user}`)
}
