// The activity log of an Enterprise organization.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { page } from '../api/paging.ts'
import { requestedOrganization, wrongParameter } from '../api/requested-user.ts'
import { readTime } from '../api/times.ts'
import { membersOf, ownerOf } from '../resources/people.ts'
import { madeUpId, madeUpTimes, organizationUri, uriOf, userUri, uuidIn } from '../resources/uris.ts'
import { refuseWithoutEnterprise } from './enterprise.ts'

/** The endpoints of this resource. */
export const activityLogRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/activity_log_entries', scope: 'activity_log:read', answer: listEntries },
]

function listEntries(call: CalendlyCall): Answer {
  const { world, exchange } = call
  const { query } = exchange
  const requested = requestedOrganization(call)
  if ('refusal' in requested) return requested.refusal
  const denied = refuseWithoutEnterprise(call, 'You do not have permission to access this resource.')
  if (denied !== null) return denied
  const wrong = wrongFilter(call)
  if (wrong !== null) return wrong
  const rows = entriesOf(world, requested.organization).filter(filterOf(query))
  const sorted = (valuesOf(query, 'sort') ?? ['occurred_at:desc']).reduceRight(
    (entries, sort) => entries.toSorted((a, b) => compare(a, b, sort)),
    rows,
  )
  const listed = page(call, sorted, 1000)
  if (listed.status !== 200) return listed
  const { collection, pagination } = listed.body as { collection: Entry[]; pagination: object }
  const times = collection.map(({ occurred_at }) => occurred_at).sort()
  return jsonAnswer(200, {
    collection,
    exceeds_max_total_count: false,
    last_event_time: times.at(-1) ?? null,
    pagination,
    total_count: sorted.length,
  })
}

/** Returns a filter for the requested entries. A search term is matched word by word, without its operators. */
function filterOf(query: URLSearchParams): (entry: Entry) => boolean {
  const least = readTime(query.get('min_occurred_at')) ?? -Infinity
  const most = readTime(query.get('max_occurred_at')) ?? Infinity
  const isNamed = (name: string, value: string): boolean => valuesOf(query, name)?.includes(value) ?? true
  const words = (query.get('search_term') ?? '').toLowerCase().split(/\s+/)
  return (entry) => {
    const at = Date.parse(entry.occurred_at)
    const text = JSON.stringify(entry).toLowerCase()
    const isOfKind = isNamed('namespace', entry.namespace) && isNamed('action', entry.action)
    const isInside = at >= least && at <= most && isNamed('actor', entry.actor.uri)
    return isInside && isOfKind && words.every((word) => text.includes(word))
  }
}

function wrongFilter(call: CalendlyCall): Answer | null {
  const { world, exchange } = call
  const { query } = exchange
  if ((query.get('search_term') ?? '').length > 300) return wrongParameter(call, 'search_term', 'up to 300 characters')
  for (const name of ['min_occurred_at', 'max_occurred_at']) {
    if (query.has(name) && readTime(query.get(name)) === null) return wrongParameter(call, name, 'a time')
  }
  if (valuesOf(query, 'actor')?.some((uri) => uuidIn(world, uri, 'users') === null)) {
    return wrongParameter(call, 'actor', 'full resource URIs of users')
  }
  const isSort = (one: string): boolean =>
    /^(action|actor\.display_name|actor\.uri|namespace|occurred_at):(asc|desc)$/.test(one)
  if (valuesOf(query, 'sort')?.every(isSort) === false) return wrongParameter(call, 'sort', 'fields and directions')
  return null
}

/** What is separated by commas; null when it is not there. */
function valuesOf(query: URLSearchParams, name: string): string[] | null {
  return query.get(name)?.split(',') ?? null
}

interface Entry extends Record<string, unknown> {
  readonly action: string
  readonly actor: { readonly display_name: string; readonly uri: string } & Record<string, unknown>
  readonly namespace: string
  readonly occurred_at: string
}

function compare(a: Entry, b: Entry, sort: string): number {
  const [field = '', direction] = sort.split(':')
  const fieldOf = ({ action, actor, namespace, occurred_at }: Entry): string =>
    ({ action, namespace, occurred_at, 'actor.uri': actor.uri })[field] ?? actor.display_name
  return fieldOf(a).localeCompare(fieldOf(b)) * (direction === 'desc' ? -1 : 1)
}

/** Invented: the owner has added all members, one a minute. */
function entriesOf(world: World, organization: string): Entry[] {
  const owner = ownerOf(world, organization)
  return owner === null ? [] : membersOf(world, organization).map((member, at) => entryOf(world, owner, member, at))
}

function entryOf(world: World, owner: CalendlyAccount, member: CalendlyAccount, at: number): Entry {
  const organization = organizationUri(world, member.organization)
  return {
    action: 'Add',
    actor: {
      alternative_identifier: owner.email,
      display_name: owner.name,
      organization: { role: 'Owner', uri: organization },
      type: 'User',
      uri: userUri(world, owner.id),
    },
    details: { email: member.email },
    fully_qualified_name: 'User.Add',
    namespace: 'User',
    occurred_at: new Date(madeUpTimes.createdAt + at * 60_000).toISOString(),
    organization,
    uri: uriOf(world, 'activity_log_entries', madeUpId(`${member.id} was added`)),
  }
}
