// What Calendly knows of the services: the shapes of its API, and the capacity and the notice, which its API does not
// show (docs/providers/calendly.md).

import {
  hostPlace,
  houseVisitNoticeMinutes,
  type QuestionKind,
  type ServiceSlug,
  serviceQuestions,
  services,
  workshopSeats,
} from '../../world/services.ts'

/** One question of an event type; an answer names it by `name`. */
export interface CustomQuestion {
  readonly name: string
  readonly type: string
  readonly position: number
  readonly enabled: boolean
  readonly required: boolean
  readonly answer_choices: readonly string[]
  readonly include_other: boolean
}

/** One place that an event type offers. */
export interface LocationConfiguration {
  readonly kind: string
  readonly location?: string
  readonly phone_number?: string
  readonly additional_info?: string
}

/** What a service adds to an event type. */
export interface ServiceSettings {
  /** Members of the event type as the API shows it. */
  readonly shown: Record<string, unknown>
  readonly capacity: number
  readonly noticeMinutes: number
}

const physical: LocationConfiguration = {
  kind: 'physical',
  location: hostPlace.address,
  additional_info: 'Ring twice.',
}
const everywhere: readonly LocationConfiguration[] = [
  { kind: 'zoom_conference' },
  { kind: 'google_conference' },
  { kind: 'microsoft_teams_conference' },
  { kind: 'webex_conference' },
  { kind: 'gotomeeting_conference' },
  { kind: 'outbound_call' },
  { kind: 'inbound_call', phone_number: hostPlace.phone },
  physical,
  { kind: 'ask_invitee' },
  { kind: 'custom', location: 'By carrier pigeon' },
]

const settings: Readonly<Record<ServiceSlug, Partial<ServiceSettings>>> = {
  consultation: { shown: { locations: [{ kind: 'google_conference' }], duration_options: [30, 60] } },
  'house-visit': { shown: { locations: [physical] }, noticeMinutes: houseVisitNoticeMinutes },
  'intro-call': { shown: { locations: [{ kind: 'zoom_conference' }] } },
  'on-request': { shown: { locations: [{ kind: 'ask_invitee' }] } },
  'phone-call': { shown: { locations: [{ kind: 'outbound_call' }] } },
  'private-talk': { shown: { locations: [{ kind: 'zoom_conference' }], secret: true, is_paid: true } },
  'team-chat': { shown: { locations: [{ kind: 'zoom_conference' }], pooling_type: 'round_robin' } },
  'weekly-check-in': { shown: { locations: [{ kind: 'zoom_conference' }] } },
  'where-you-like': { shown: { locations: everywhere } },
  workshop: { shown: { locations: [{ kind: 'zoom_conference' }], kind: 'group' }, capacity: workshopSeats },
}

const types: Readonly<Record<QuestionKind, string>> = {
  line: 'string',
  text: 'text',
  phone: 'phone_number',
  one: 'single_select',
  many: 'multi_select',
  number: 'string',
  boolean: 'string',
  url: 'string',
  address: 'text',
  emails: 'text',
  radio: 'single_select',
  boxes: 'multi_select',
}

/** What the service at that place of the catalog adds; null after its end. */
export function serviceAt(at: number): ServiceSettings | null {
  const service = services[at]
  if (service === undefined) return null
  const { slug, name, minutes, description } = service
  const { shown = {}, capacity = 1, noticeMinutes = 0 } = settings[slug]
  const about = { description_plain: description, description_html: `<p>${description}</p>` }
  return {
    shown: { slug, name, duration: minutes, ...about, custom_questions: questionsOf(slug), ...shown },
    capacity,
    noticeMinutes,
  }
}

function questionsOf(slug: ServiceSlug): CustomQuestion[] {
  return (serviceQuestions[slug] ?? []).map(({ label, kind, required, options = [], withOther = false }, position) => ({
    name: label,
    type: types[kind],
    position,
    enabled: true,
    required,
    answer_choices: options,
    include_other: withOther,
  }))
}
