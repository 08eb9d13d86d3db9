// Who belongs to which organization, group and team, and whose plan counts.
// A person is in exactly one organization. Its owner's plan decides what an organization may do.

import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { madeUpId } from './uris.ts'

/** Returns all people at Calendly. */
export function allMembers(world: World): CalendlyAccount[] {
  return world.state.accounts.filter((one) => one.provider === 'calendly')
}

/** The people of an organization. */
export function membersOf(world: World, organization: string): CalendlyAccount[] {
  return allMembers(world).filter((one) => one.organization === organization)
}

/** Returns the organization's owner, or its first member if none has the role. */
export function ownerOf(world: World, organization: string): CalendlyAccount | null {
  const members = membersOf(world, organization)
  return members.find((one) => one.role === 'owner') ?? members[0] ?? null
}

/** The plan of the organization. */
export function planOf(world: World, organization: string): CalendlyAccount['plan'] {
  return ownerOf(world, organization)?.plan ?? 'free'
}

/** Whether the person is an owner or admin of the organization. */
export function isOwnerOrAdmin(account: CalendlyAccount, organization: string): boolean {
  return account.organization === organization && account.role !== 'member'
}

/** A group or a team: an id that follows from its name. */
export interface MemberGroup {
  readonly id: string
  readonly name: string
  readonly members: readonly CalendlyAccount[]
}

/** The groups of an organization, by name. */
export function groupsOf(world: World, organization: string): MemberGroup[] {
  return memberGroupsOf(world, organization, 'group', (one) => (one.group === null ? [] : [one.group]))
}

/** The teams of an organization, by name. */
export function teamsOf(world: World, organization: string): MemberGroup[] {
  return memberGroupsOf(world, organization, 'team', (one) => one.teams)
}

function memberGroupsOf(
  world: World,
  organization: string,
  kind: string,
  namesOf: (account: CalendlyAccount) => readonly string[],
): MemberGroup[] {
  const members = membersOf(world, organization)
  const names = [...new Set(members.flatMap(namesOf))].sort()
  return names.map((name) => ({
    id: madeUpId(`${kind} ${name} of ${organization}`),
    name,
    members: members.filter((one) => namesOf(one).includes(name)),
  }))
}

/** All organizations, by their ids. */
export function organizations(world: World): string[] {
  return [...new Set(allMembers(world).map((one) => one.organization))]
}
