// Checks once what a definition says about scheduling, so that no other code checks it again.

import { type Checks, func, object, optional, positive, text } from '../../core/check.ts'
import { capabilities } from '../../core/scheduling/capabilities.ts'
import type { ExampleIds, ProviderScheduling } from '../../core/scheduling/provider.ts'

type FactsByName = ProviderScheduling['capabilities']

const factChecks = Object.fromEntries(capabilities.map((name) => [name, isFact])) as unknown as Checks<FactsByName>

/** What a definition's `scheduling` must be. */
export const schedulingChecks: Checks<ProviderScheduling> = {
  capabilities: object(factChecks),
  slotWindowMs: (value, isGiven) => (value === null ? null : positive(value, isGiven)),
  missingScopes: func(),
  limit: func(),
  idProblem: func(),
  exampleIds: optional(object<ExampleIds>({ account: text, eventType: text, booking: text })),
  bookingProblem: func(),
  me: func(),
  eventTypes: func(),
  eventType: func(),
  schedules: func(),
  slots: func(),
  hold: func(),
  book: func(),
  findBooked: func(),
  bookings: func(),
  booking: func(),
  reschedule: (value, isGiven) => (value === null ? null : optional(func())(value, isGiven)),
  cancel: func(),
  markNoShow: func(),
  change: func(),
  told: func(),
}

function isFact(value: unknown): string | null {
  const { how, scopes, note } = (value ?? {}) as Record<string, unknown>
  if (how === 'none') return typeof note === 'string' ? null : '.note must say what the provider lacks'
  if (how !== 'native' && how !== 'emulated') return '.how must be "native", "emulated" or "none"'
  return Array.isArray(scopes) ? null : '.scopes must be the list of the scopes that it needs'
}

export function schedulingOf(value: ProviderScheduling): ProviderScheduling {
  return Object.freeze({ ...value, capabilities: Object.freeze({ ...value.capabilities }) })
}
