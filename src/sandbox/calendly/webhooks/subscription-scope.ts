// Whose meetings a subscription is about (an organization's or one user's), and which events go with which.

import type { Refused } from '../../http/exchange.ts'
import type { Switches } from '../../world/switches.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall } from '../api/call.ts'
import { invalidArgument, permissionDenied } from '../api/errors.ts'
import { groupsOf, isOwnerOrAdmin, membersOf, planOf } from '../resources/people.ts'
import { uuidIn } from '../resources/uris.ts'

/** An organization, or a user or a group of it. */
export interface SubscriptionScope {
  readonly scope: 'organization' | 'user' | 'group'
  readonly user: string | null
  readonly group: string | null
}

/** The organization is always named; a user or a group too when that is the scope. */
export function readSubscriptionScope(
  { world, exchange, account }: CalendlyCall,
  get: (name: string) => unknown,
): SubscriptionScope | Refused {
  const refuse = (parameter: string, why: string) => ({
    refusal: invalidArgument(exchange, why, [
      { parameter, message: get(parameter) === undefined ? 'is missing' : 'is invalid' },
    ]),
  })
  const idOf = (name: string, kind: string): string | null => {
    const given = get(name)
    return typeof given === 'string' ? uuidIn(world, given, kind) : null
  }
  const organization = idOf('organization', 'organizations')
  if (organization === null) return refuse('organization', 'organization is always needed, as a full resource URI')
  const scope = get('scope')
  if (scope !== 'organization' && scope !== 'user' && scope !== 'group') {
    return refuse('scope', 'scope is neither organization nor user nor group')
  }
  // The documents name this text for the list; for creating, it is assumed.
  const denied = (why: string) => ({ refusal: permissionDenied(exchange, 'Unauthorized', why) })
  if (organization !== account.organization) return denied('the organization is not the one of the token')
  const isOwner = isOwnerOrAdmin(account, organization)
  if (scope === 'organization') {
    return isOwner ? { scope, user: null, group: null } : denied('the scope organization is for its owners and admins')
  }
  if (scope === 'group') {
    const group = idOf('group', 'groups')
    if (group === null) return refuse('group', 'with the scope group, group is needed, as a full resource URI')
    if (!isOwner) return denied('the scope group is for owners and admins of the organization')
    if (groupsOf(world, organization).some((one) => one.id === group)) return { scope, user: null, group }
    return denied('the group is not of the organization')
  }
  const user = idOf('user', 'users')
  if (user === null) return refuse('user', 'with the scope user, user is needed, as a full resource URI')
  const known = membersOf(world, organization).some((one) => one.id === user)
  if (!known) return denied('the user is not in the organization')
  if (user !== account.id && !isOwner) return denied('the user is another person')
  return { scope, user, group: null }
}

const ofAnyScope: readonly string[] = [
  'invitee.created',
  'invitee.canceled',
  'invitee_no_show.created',
  'invitee_no_show.deleted',
  'contact.created',
  'contact.updated',
  'contact.deleted',
]

const scopesOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...ofAnyScope.map((event) => [event, ['organization', 'user', 'group']] as const),
  ['routing_form_submission.created', ['organization']],
  ...['created', 'updated', 'deleted'].map((what) => [`meeting_recap.${what}`, ['user']] as const),
])

/** Why these events cannot be subscribed to with this scope; null when they can. */
export function wrongEvent(switches: Switches, events: readonly string[], scope: string): string | null {
  if (events.length === 0) return 'events is missing or is not a list of names'
  for (const event of events) {
    const typed = /^event_type\.(created|updated|deleted)$/.test(event)
    // Accepted, but with which scopes is not known.
    const allowed = typed
      ? switches.calendlyEventTypeHookScopes === 'any'
        ? ['organization', 'user', 'group']
        : ['organization']
      : Object.hasOwn(scopesOf, event)
        ? scopesOf[event]
        : undefined
    if (allowed === undefined) return 'one of the events does not exist'
    if (!allowed.includes(scope)) return `${event} cannot be subscribed to with the scope ${scope}`
  }
  return null
}

/** The first of the events that the plan of the organization's owner does not have; null when it has them all. */
export function eventBeyondPlan(world: World, events: readonly string[], organization: string): string | null {
  const has = world.state.switches.calendlyFreePlanHooks
  if (has === 'all' || planOf(world, organization) !== 'free') return null
  return events.find((event) => has === 'none' || /^(routing_form_submission|meeting_recap)\./.test(event)) ?? null
}
