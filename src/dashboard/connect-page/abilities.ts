// What a connection will be able to do: from the scopes that are asked for, and the provider's facts about its capabilities.

import type { Client } from '../../core/provider.ts'
import type { Capability } from '../../core/scheduling/capabilities.ts'
import type { Ability } from './texts.ts'

/** In the order of the page. Of one line, the first whose capabilities are all there is shown. */
const lines: readonly (readonly (readonly [Ability, ...Capability[]])[])[] = [
  [['eventTypes', 'eventTypes.read']],
  [['changeEventTypes', 'eventTypes.write']],
  [['schedules', 'schedules.read']],
  [['changeSchedules', 'schedules.write']],
  [['slots', 'slots']],
  [['bookings', 'bookings.read']],
  [
    ['bookMoveCancel', 'book', 'reschedule', 'cancel'],
    ['bookCancel', 'book', 'cancel'],
    ['book', 'book'],
  ],
  [['approve', 'approval']],
  [['noShow', 'noShow']],
  [['events', 'events.booking']],
  [['forms', 'forms.read']],
]

export interface Abilities {
  readonly known: readonly Ability[]
  /** The scopes that none of them explains. */
  readonly further: readonly string[]
}

export function abilitiesOf({ provider }: Client, scopes: readonly string[]): Abilities {
  const { scheduling, accountScopes } = provider
  const explained = accountScopes.filter((scope) => scopes.includes(scope))
  const isAble = (capability: Capability) => {
    const fact = scheduling?.capabilities[capability]
    if (!fact || fact.how === 'none' || scheduling.missingScopes(scopes, fact.scopes).length > 0) return false
    explained.push(...fact.scopes)
    return true
  }
  const known: readonly Ability[] = lines.flatMap(
    (line) => line.find(([, ...needed]) => needed.every(isAble))?.[0] ?? [],
  )
  const further = scopes.filter((scope) => !includes(explained, scope))
  return { known: accountScopes.length > 0 ? ['identity', ...known] : known, further }

  /** One scope may include another: the provider's definition says so. */
  function includes(these: readonly string[], scope: string): boolean {
    return these.includes(scope) || (scheduling?.missingScopes(these, [scope]).length === 0 && these.length > 0)
  }
}
