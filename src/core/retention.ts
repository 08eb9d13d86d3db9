// How long everything is kept that ends: the option `retention`, each name with its default and its limits. What is still
// under way is kept for longer, whatever the option says.

import { type Check, type Checks, checkOptions, optional } from './check.ts'

/** Durations are milliseconds. */
export interface Retention {
  /** What has happened to a connection and its grant. Default 90 days; 1 day to 10 years. */
  readonly historyMs: number
  /** How many entries of it each grant keeps. Default 500; 50 to 100 000. */
  readonly historyEntries: number
  /**
   * A connection that was disconnected, and its grant. Its account's name, e-mail address, time zone and scopes go at once.
   * Until then the same owner gets the same connection again. Default 30 days; 0 to 10 years. `false`: for good.
   */
  readonly endedConnectionsMs: number | false
  /** An attempt to connect that has ended, for which the same callback shows the same outcome. Default 10 minutes; 10 minutes to 30 days. */
  readonly endedAttemptsMs: number
  /** A connect session, from its beginning. Default 1 day; 1 hour to 30 days. */
  readonly connectSessionsMs: number
  /** An acknowledged event: what came once is recognised. Default 3 days; 3 days to 1 year. */
  readonly doneEventsMs: number
  /** An event that was given up, and one that no process dispatches. Default 30 days; 1 day to 1 year. */
  readonly undeliveredEventsMs: number
  /** A published event of the feed. Default 30 days; 1 hour to 1 year. */
  readonly feedMs: number
  /** A webhook subscription that was removed: its deliveries are answered with 410. Default 30 days; 1 day to 1 year. */
  readonly removedWebhooksMs: number
  /** The key under which a booking was made or changed, so that it happens once. Default 30 days; 1 day to 1 year. */
  readonly bookingKeysMs: number
  /** What a booking that was moved has replaced. Default 400 days; 1 day to 10 years. */
  readonly movedBookingsMs: number
  /** An API key that was revoked, or has expired. Default 90 days; 1 day to 10 years. */
  readonly endedApiKeysMs: number
  /** The counts of calls, refreshes, webhooks and dispatches. Default 8 days; 1 day to 1 year. */
  readonly countsMs: number
  /** A group of errors, since it was last seen. Default 30 days; 1 day to 1 year. */
  readonly errorsMs: number
  /** How many groups of errors. Default 500; 10 to 10 000. */
  readonly errorGroups: number
  /** A refused delivery of a provider. Default 7 days; 1 day to 1 year. */
  readonly refusalsMs: number
  /** How many of them. Default 2000; 10 to 100 000. */
  readonly refusals: number
  /** A failed attempt to connect, as the operator sees it. Default 30 days; 1 day to 1 year. */
  readonly failedAttemptsMs: number
  /** How many of them. Default 2000; 10 to 100 000. */
  readonly failedAttempts: number
  /** A dispatch of an event that was not the first. Default 30 days; 1 day to 1 year. */
  readonly dispatchesMs: number
  /** How many of them. Default 10 000; 10 to 1 000 000. */
  readonly dispatches: number
  /** A line of the audit. Default 365 days; 1 day to 100 years. `false`: as long as there are not too many. */
  readonly auditMs: number | false
  /** How many of them. Default 100 000; 10 to 10 000 000. */
  readonly auditLines: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

interface Bounds {
  readonly otherwise: number
  readonly least: number
  readonly most: number
  readonly mayBeOff?: true
}

const bounds: { readonly [Name in keyof Retention]: Bounds } = {
  historyMs: { otherwise: 90 * day, least: day, most: 10 * year },
  historyEntries: { otherwise: 500, least: 50, most: 100_000 },
  endedConnectionsMs: { otherwise: 30 * day, least: 0, most: 10 * year, mayBeOff: true },
  endedAttemptsMs: { otherwise: 10 * minute, least: 10 * minute, most: 30 * day },
  connectSessionsMs: { otherwise: day, least: hour, most: 30 * day },
  // A delivery of a provider may be two days old, and clocks may differ.
  doneEventsMs: { otherwise: 3 * day, least: 3 * day, most: year },
  undeliveredEventsMs: { otherwise: 30 * day, least: day, most: year },
  feedMs: { otherwise: 30 * day, least: hour, most: year },
  removedWebhooksMs: { otherwise: 30 * day, least: day, most: year },
  bookingKeysMs: { otherwise: 30 * day, least: day, most: year },
  movedBookingsMs: { otherwise: 400 * day, least: day, most: 10 * year },
  endedApiKeysMs: { otherwise: 90 * day, least: day, most: 10 * year },
  countsMs: { otherwise: 8 * day, least: day, most: year },
  errorsMs: { otherwise: 30 * day, least: day, most: year },
  errorGroups: { otherwise: 500, least: 10, most: 10_000 },
  refusalsMs: { otherwise: 7 * day, least: day, most: year },
  refusals: { otherwise: 2000, least: 10, most: 100_000 },
  failedAttemptsMs: { otherwise: 30 * day, least: day, most: year },
  failedAttempts: { otherwise: 2000, least: 10, most: 100_000 },
  dispatchesMs: { otherwise: 30 * day, least: day, most: year },
  dispatches: { otherwise: 10_000, least: 10, most: 1_000_000 },
  auditMs: { otherwise: year, least: day, most: 100 * year, mayBeOff: true },
  auditLines: { otherwise: 100_000, least: 10, most: 10_000_000 },
}

/** What no journal, escrow or backup that is still used is older than: so long the id of what was deleted is kept. */
export const endedIdsMs: number = 400 * day

const checks = Object.fromEntries(
  Object.entries(bounds).map(([name, one]) => [name, optional(within(name, one))]),
) as Checks<Partial<Retention>>

/** @throws {PunctualError} `invalid_argument` that names the option. */
export function parseRetention(place: string, given: Partial<Retention> | undefined): Retention {
  if (given !== undefined) checkOptions(place, given, checks, 'retention')
  const values = Object.entries(bounds).map(([name, { otherwise }]) => [
    name,
    given?.[name as keyof Retention] ?? otherwise,
  ])
  return Object.freeze(Object.fromEntries(values) as Retention)
}

function within(name: string, { least, most, mayBeOff }: Bounds): Check {
  const unit = name.endsWith('Ms') ? ' of milliseconds' : ''
  const off = mayBeOff ? ', or false' : ''
  return (value) => {
    if (mayBeOff && value === false) return null
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return null
    return `must be a whole number${unit} from ${least} to ${most}${off}`
  }
}
