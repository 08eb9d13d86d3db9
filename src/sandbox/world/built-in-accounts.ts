// The people that every sandbox has.

import type { Account } from './accounts.ts'

const team = 'NORTHWINDSTUDIO1'

/** The people that every sandbox starts with; their ids never change. */
export const builtInAccounts: readonly Account[] = [
  calendly('ADALINDQVIST0001', 'Ada Lindqvist', 'ada', 'Europe/Stockholm', 'paid', 'owner', team, 23),
  calendly('BENCARTER0000002', 'Ben Carter', 'ben', 'America/New_York', 'paid', 'member', team, 4),
  calendly(
    'CHLOENGUYEN00003',
    'Chloé Nguyễn-Łuczak',
    'chloe',
    'Asia/Ho_Chi_Minh',
    'paid',
    'owner',
    'CHLOESOLO0000003',
    2,
  ),
  calendly('DANFREEMAN000004', 'Dan Freeman', 'dan', 'Europe/London', 'free', 'owner', 'DANSOLO000000004', 1),
  calcom('101', 'Ada Lindqvist', 'ada', 'Europe/Stockholm', 1, 5),
  calcom('102', 'Ben Carter', 'ben', 'America/New_York', 1, 3),
  calcom('103', 'Chloé Nguyễn-Łuczak', 'chloe', 'Asia/Ho_Chi_Minh', null, 2),
  calcom('104', 'Dan Freeman', 'dan', 'Europe/London', null, 1),
]

function calendly(
  id: string,
  name: string,
  slug: string,
  timeZone: string,
  plan: 'free' | 'paid',
  role: 'owner' | 'member',
  organization: string,
  eventTypes: number,
): Account {
  const email = `${slug}@calendly.example`
  const timeNotation = timeZone.startsWith('America/') ? '12h' : '24h'
  return {
    provider: 'calendly',
    ...{ id, name, email, slug, timeZone, timeNotation, locale: 'en', plan, role, organization, eventTypes },
    group: slug === 'ben' ? 'Client work' : null,
    teams: organization === team ? ['Northwind Team'] : [],
  }
}

function calcom(
  id: string,
  name: string,
  username: string,
  timeZone: string,
  organizationId: number | null,
  eventTypes: number,
): Account {
  const timeFormat = timeZone.startsWith('America/') ? 12 : 24
  const email = `${username}@calcom.example`
  return {
    provider: 'calcom',
    ...{ id, name, email, username, timeZone, timeFormat, weekStart: 'Monday', organizationId, eventTypes },
    teams: username === 'ada' ? [11] : [],
  }
}
