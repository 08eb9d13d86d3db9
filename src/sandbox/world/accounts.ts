// The people who have an account at a provider: what a caller may add, and how to find one.
// Ids are unique within a provider. A person is found by id, by slug or username, or by email.

import { z } from 'zod'

/** Which event types a person has: `meetings` are invented, one like the other; `services` are the ten of services.ts. */
export type Catalog = 'meetings' | 'services'

/** A person at Calendly. */
export interface CalendlyAccount {
  provider: 'calendly'
  /** The uuid part of the user's URI. */
  id: string
  name: string
  email: string
  slug: string
  timeZone: string
  timeNotation: '12h' | '24h'
  locale: string
  plan: 'free' | 'trial' | 'paid' | 'enterprise'
  role: 'owner' | 'admin' | 'member'
  /** The uuid part of the organization's URI. */
  organization: string
  /** Name of the organization's group that the person is in. */
  group: string | null
  /** Names of the organization's teams that the person is in. */
  teams: string[]
  /** How many event types the account has, the first of its catalog. */
  eventTypes: number
  catalog: Catalog
}

/** A person at Cal.com. */
export interface CalcomAccount {
  provider: 'calcom'
  /** The user's number, in digits. */
  id: string
  name: string | null
  email: string
  username: string
  timeZone: string
  timeFormat: 12 | 24
  weekStart: string
  organizationId: number | null
  eventTypes: number
  catalog: Catalog
  /** Numbers of the teams that the person is an owner or admin of. */
  teams: number[]
}

/** A person at either provider. */
export type Account = CalendlyAccount | CalcomAccount

type Optional<Type, Name extends keyof Type> = Omit<Type, Name> & { [Key in Name]?: Type[Key] | undefined }

/** What a caller may give. Fields with a default may be left out. */
export type AccountInput =
  | Optional<
      CalendlyAccount,
      'timeNotation' | 'locale' | 'plan' | 'role' | 'group' | 'teams' | 'eventTypes' | 'catalog'
    >
  | Optional<CalcomAccount, 'timeFormat' | 'weekStart' | 'organizationId' | 'eventTypes' | 'catalog' | 'teams'>

const catalog = z.enum(['meetings', 'services']).default('meetings')
const text = z.string().min(1, { error: 'give a text that is not empty' })
const timeZone = text.refine(isTimeZone, { error: 'give an IANA time zone such as Europe/Stockholm' })

const calendlySchema = () =>
  z.strictObject({
    provider: z.literal('calendly'),
    id: z.string().regex(/^[A-Za-z0-9-]{4,64}$/, { error: 'give 4 to 64 letters, digits or hyphens' }),
    name: text,
    email: z.email({ error: 'give an email address' }),
    slug: text,
    timeZone,
    timeNotation: z.enum(['12h', '24h']).default('24h'),
    locale: z.string().default('en'),
    plan: z.enum(['free', 'trial', 'paid', 'enterprise']).default('paid'),
    role: z.enum(['owner', 'admin', 'member']).default('owner'),
    organization: z.string().regex(/^[A-Za-z0-9-]{4,64}$/, { error: 'give 4 to 64 letters, digits or hyphens' }),
    group: text.nullable().default(null),
    teams: z.array(text).default([]),
    eventTypes: z.int().min(0).max(500).default(3),
    catalog,
  })

const calcomSchema = () =>
  z.strictObject({
    provider: z.literal('calcom'),
    id: z.string().regex(/^[1-9]\d{0,14}$/, { error: 'give the user number in digits' }),
    name: text.nullable(),
    email: z.email({ error: 'give an email address' }),
    username: text,
    timeZone,
    timeFormat: z.union([z.literal(12), z.literal(24)]).default(24),
    weekStart: z.string().default('Monday'),
    organizationId: z.int().min(1).nullable().default(null),
    eventTypes: z.int().min(0).max(500).default(3),
    catalog,
    teams: z.array(z.int().min(1)).default([]),
  })

/** Checks a person and fills in the defaults. */
export const accountInput: z.ZodType<Account, AccountInput> = z.lazy(() =>
  z.discriminatedUnion('provider', [calendlySchema(), calcomSchema()]),
)

/** Finds a person by id, slug or username, or email; without a name, the provider's first. */
export function findAccount(
  accounts: readonly Account[],
  provider: Account['provider'],
  name?: string,
): Account | null {
  const known = accounts.filter((one) => one.provider === provider)
  if (name === undefined) return known[0] ?? null
  return known.find((one) => one.id === name || handleOf(one) === name || one.email === name) ?? null
}

/** How many names a sentence lists. */
const mostListed = 20

/** The sentence for a name that nobody has at that provider. */
export function noAccount(accounts: readonly Account[], provider: Account['provider'], name: string): string {
  const known = accounts.filter((one) => one.provider === provider).map(handleOf)
  const more = known.length > mostListed ? ', … (GET /control/accounts lists all)' : ''
  return `There is no account ${JSON.stringify(name)} at ${provider}: its accounts are ${known.slice(0, mostListed).join(', ')}${more}.`
}

/** The short name in the person's links. */
export function handleOf(account: Account): string {
  return account.provider === 'calendly' ? account.slug : account.username
}

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}
