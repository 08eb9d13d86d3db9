// The record of requests and their answers, for a person who looks for the reason of a refusal. Of secrets, tokens,
// codes and verifiers it holds at most the first four characters. Only listed parameters are shown in clear; everything
// else is masked.

import { type Exchange, mediaType, type Note } from './exchange.ts'

/** One recorded request. */
export interface RecordedRequest extends Note {
  readonly id: number
  /** The virtual time, ISO. */
  readonly at: string
  readonly method: string
  readonly path: string
  /** Parameters of the query and of the body. */
  readonly parameters: Record<string, string>
  /** Null when no answer was sent. */
  readonly status: number | null
  /** The kind of the fault that it met. */
  readonly fault: string | null
}

/** The newest requests, oldest first. */
export interface Journal {
  add(entry: Omit<RecordedRequest, 'id'>): void
  list(): RecordedRequest[]
  clear(): void
}

/** Keeps the newest 500. */
export function createJournal(): Journal {
  let entries: RecordedRequest[] = []
  let serial = 0
  return {
    add(entry) {
      serial += 1
      entries.push({ id: serial, ...entry })
      if (entries.length > 1000) entries = entries.slice(-500)
    },
    list: () => structuredClone(entries.slice(-500)),
    clear() {
      entries = []
    },
  }
}

const inClear: ReadonlySet<string> = new Set([
  'redirect_uri',
  'response_type',
  'scope',
  'code_challenge_method',
  'decision',
  'account',
  'decline',
  'prompt',
  'show_account_selector',
  'user',
  'organization',
  'group',
  'form',
  'role',
  'count',
  'sort',
  'active',
  'admin_managed',
  'status',
  'take',
  'skip',
  'username',
  'eventSlug',
  'error',
  'event_type',
  'start_time',
  'end_time',
  'min_start_time',
  'max_start_time',
  'eventTypeId',
  'eventTypeSlug',
  'start',
  'end',
  'slotStart',
  'timeZone',
])

const grantTypes: ReadonlySet<string> = new Set([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
])

/** First four characters, and that there is more. */
export function mask(value: string): string {
  return value.length <= 8 ? '…' : `${value.slice(0, 4)}…`
}

/** The parameters as they may be shown. `known` are the ids of clients, which may be shown as well. */
export function shownParameters(exchange: Exchange, known: ReadonlySet<string>): Record<string, string> {
  const shown = new Map<string, string>()
  for (const [name, value] of [...exchange.query, ...bodyFields(exchange)].slice(0, 40)) {
    const open =
      inClear.has(name) ||
      (name === 'client_id' && known.has(value)) ||
      (name === 'grant_type' && shownGrantType(value) === value)
    const before = shown.get(name)
    const text = open ? value.slice(0, 400) : mask(value)
    shown.set(name.slice(0, 80), before === undefined ? text : `${before} ${text}`)
  }
  return Object.fromEntries(shown)
}

/** A grant type as it may be shown: one that has a name, or `other`. */
export function shownGrantType(value: string | null): string | null {
  return value === null || grantTypes.has(value) ? value : 'other'
}

/** A path as it may be shown: a part that is longer than any id and is not a client's is masked. */
export function shownPath(path: string, known: ReadonlySet<string>): string {
  return path.replace(/[^/]{41,}/g, (part) => (known.has(part) ? part : mask(part))).slice(0, 300)
}

function bodyFields(exchange: Exchange): [string, string][] {
  if (exchange.body === '') return []
  if (mediaType(exchange) !== 'application/json') return [...new URLSearchParams(exchange.body)]
  try {
    const value: unknown = JSON.parse(exchange.body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)])
  } catch {
    return []
  }
}
