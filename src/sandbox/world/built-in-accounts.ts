// The people that every sandbox starts with: the same five names at each provider. Their ids never change.

import type { Account, CalcomAccount, CalendlyAccount } from './accounts.ts'
import { services } from './services.ts'

const northwind = 'NORTHWINDSTUDIO1'

/** Ada owns an organization, Ben is a member of it, Chloé and Dan are alone. Eve offers the services. */
export const builtInAccounts: readonly Account[] = [
  calendly({
    id: 'ADALINDQVIST0001',
    name: 'Ada Lindqvist',
    slug: 'ada',
    timeZone: 'Europe/Stockholm',
    organization: northwind,
    teams: ['Northwind Team'],
    eventTypes: 23,
  }),
  calendly({
    id: 'BENCARTER0000002',
    name: 'Ben Carter',
    slug: 'ben',
    timeZone: 'America/New_York',
    timeNotation: '12h',
    role: 'member',
    organization: northwind,
    group: 'Client work',
    teams: ['Northwind Team'],
    eventTypes: 4,
  }),
  calendly({
    id: 'CHLOENGUYEN00003',
    name: 'Chloé Nguyễn-Łuczak',
    slug: 'chloe',
    timeZone: 'Asia/Ho_Chi_Minh',
    organization: 'CHLOESOLO0000003',
    eventTypes: 2,
  }),
  calendly({
    id: 'DANFREEMAN000004',
    name: 'Dan Freeman',
    slug: 'dan',
    timeZone: 'Europe/London',
    plan: 'free',
    organization: 'DANSOLO000000004',
    eventTypes: 1,
  }),
  calendly({
    id: 'EVEOKAFOR0000005',
    name: 'Eve Okafor',
    slug: 'eve',
    timeZone: 'Africa/Lagos',
    organization: 'EVESOLO000000005',
    eventTypes: services.length,
    catalog: 'services',
  }),
  calcom({
    id: '101',
    name: 'Ada Lindqvist',
    username: 'ada',
    timeZone: 'Europe/Stockholm',
    organizationId: 1,
    eventTypes: 5,
    teams: [11],
  }),
  calcom({
    id: '102',
    name: 'Ben Carter',
    username: 'ben',
    timeZone: 'America/New_York',
    timeFormat: 12,
    organizationId: 1,
    eventTypes: 3,
  }),
  calcom({
    id: '103',
    name: 'Chloé Nguyễn-Łuczak',
    username: 'chloe',
    timeZone: 'Asia/Ho_Chi_Minh',
    organizationId: null,
    eventTypes: 2,
  }),
  calcom({
    id: '104',
    name: 'Dan Freeman',
    username: 'dan',
    timeZone: 'Europe/London',
    organizationId: null,
    eventTypes: 1,
  }),
  calcom({
    id: '105',
    name: 'Eve Okafor',
    username: 'eve',
    timeZone: 'Africa/Lagos',
    organizationId: null,
    eventTypes: services.length,
    catalog: 'services',
  }),
]

function calendly(
  person: Pick<CalendlyAccount, 'id' | 'name' | 'slug' | 'timeZone' | 'organization' | 'eventTypes'> &
    Partial<CalendlyAccount>,
): CalendlyAccount {
  return {
    provider: 'calendly',
    email: `${person.slug}@calendly.example`,
    timeNotation: '24h',
    locale: 'en',
    catalog: 'meetings',
    plan: 'paid',
    role: 'owner',
    group: null,
    teams: [],
    ...person,
  }
}

function calcom(
  person: Pick<CalcomAccount, 'id' | 'name' | 'username' | 'timeZone' | 'organizationId' | 'eventTypes'> &
    Partial<CalcomAccount>,
): CalcomAccount {
  return {
    provider: 'calcom',
    email: `${person.username}@calcom.example`,
    timeFormat: 24,
    weekStart: 'Monday',
    catalog: 'meetings',
    teams: [],
    ...person,
  }
}
