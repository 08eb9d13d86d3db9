// The services that a person of the catalog `services` offers: the same at both providers, under the same names, in an
// order that is alphabetical, so that both list them alike. What a provider knows of one stands in its own folder.

/** One service. */
export interface Service {
  readonly slug: ServiceSlug
  readonly name: string
  readonly minutes: number
  readonly description: string
}

/** The short name of a service, which is part of its links. */
export type ServiceSlug =
  | 'consultation'
  | 'house-visit'
  | 'intro-call'
  | 'on-request'
  | 'phone-call'
  | 'private-talk'
  | 'team-chat'
  | 'weekly-check-in'
  | 'where-you-like'
  | 'workshop'

/** In the order of the lists. */
export const services: readonly Service[] = [
  {
    slug: 'consultation',
    name: 'Consultation',
    minutes: 30,
    description: 'Half an hour or a whole one, with questions.',
  },
  { slug: 'house-visit', name: 'House visit', minutes: 60, description: 'At our house. Book a day ahead.' },
  { slug: 'intro-call', name: 'Intro call', minutes: 30, description: 'By video.' },
  { slug: 'on-request', name: 'On request', minutes: 30, description: 'You say where.' },
  { slug: 'phone-call', name: 'Phone call', minutes: 15, description: 'We call you.' },
  {
    slug: 'private-talk',
    name: 'Private talk',
    minutes: 45,
    description: 'For those who have the link. Costs 50 USD.',
  },
  { slug: 'team-chat', name: 'Team chat', minutes: 15, description: 'With one of the team who is free.' },
  { slug: 'weekly-check-in', name: 'Weekly check-in', minutes: 15, description: 'Four weeks in a row.' },
  { slug: 'where-you-like', name: 'Where you like', minutes: 45, description: 'In every kind of place.' },
  { slug: 'workshop', name: 'Workshop', minutes: 60, description: 'For five people at a time.' },
]

/** One question to the person who books. */
export interface ServiceQuestion {
  /** Its key at Cal.com. */
  readonly slug: string
  /** Its key at Calendly, and its text at both. */
  readonly label: string
  readonly kind: QuestionKind
  readonly required: boolean
  /** What can be chosen, for `one`, `many`, `radio` and `boxes`. */
  readonly options?: readonly string[]
  /** Calendly alone can let people write something else. */
  readonly withOther?: boolean
}

/** `line`, `text`, `phone`, `one` and `many` exist at both providers. Cal.com has the others; they are text at Calendly. */
export type QuestionKind =
  | 'line'
  | 'text'
  | 'phone'
  | 'one'
  | 'many'
  | 'number'
  | 'boolean'
  | 'url'
  | 'address'
  | 'emails'
  | 'radio'
  | 'boxes'

/** The questions of the services that have some. */
export const serviceQuestions: Readonly<Partial<Record<ServiceSlug, readonly ServiceQuestion[]>>> = {
  consultation: [
    { slug: 'company', label: 'Company', kind: 'line', required: true },
    { slug: 'subject', label: 'What is it about?', kind: 'text', required: false },
    { slug: 'telephone', label: 'Telephone', kind: 'phone', required: false },
    {
      slug: 'found-us',
      label: 'How did you find us?',
      kind: 'one',
      required: true,
      options: ['Search', 'A friend', 'An advertisement'],
      withOther: true,
    },
    { slug: 'topics', label: 'Topics', kind: 'many', required: false, options: ['Taxes', 'Payroll', 'Audit'] },
  ],
  'on-request': [
    { slug: 'people', label: 'How many people?', kind: 'number', required: false },
    { slug: 'first-time', label: 'Is it the first time?', kind: 'boolean', required: false },
    { slug: 'website', label: 'Website', kind: 'url', required: false },
    { slug: 'home', label: 'Home address', kind: 'address', required: false },
    { slug: 'colleagues', label: 'Colleagues', kind: 'emails', required: false },
    {
      slug: 'part-of-day',
      label: 'Part of the day',
      kind: 'radio',
      required: false,
      options: ['Morning', 'Afternoon'],
    },
    { slug: 'needs', label: 'Needs', kind: 'boxes', required: false, options: ['Parking', 'Lift'] },
  ],
}

/** How many seats a slot of the workshop has. */
export const workshopSeats = 5

/** How long ahead a house visit must be booked. */
export const houseVisitNoticeMinutes = 1440

/** Where the host is. */
export const hostPlace = {
  address: '12 Harbour Street, Lagos',
  phone: '+2348012345678',
  link: 'https://meet.example/eve',
}
