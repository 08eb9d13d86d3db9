// Slots of any span of time: requested window by window, as long as the provider allows, while they are read. Every slot
// is in one window alone, so that none comes twice or is missing where two windows meet.

import type { Clock } from '../core/clock.ts'
import type { EventType, Slot } from '../core/scheduling/model.ts'
import type { CheckedSlotsQuery } from '../core/scheduling/provider.ts'
import type { SlotsQuery, VerbOptions } from '../core/scheduling/requests.ts'
import { checkOptions } from '../core/check.ts'
import { checkDuration, checkSpan, slotsChecks } from './checks.ts'
import { msOf } from './instants.ts'
import { checkVerbOptions, verbChecks } from './options.ts'
import { eventTypeOf } from './references.ts'
import type { Target } from './target.ts'
import { ianaName } from './time-zones.ts'

const place = 'slots'

/** @throws {PunctualError} at once for a wrong query; what the requests throw, while you iterate. */
export function slots(
  target: Target,
  clock: Pick<Clock, 'now'>,
  query: SlotsQuery,
  options?: VerbOptions,
): AsyncIterable<Slot> {
  checkOptions(place, query, slotsChecks(target))
  checkVerbOptions(place, options, verbChecks)
  const [from, to] = [msOf(query.from), msOf(query.to)]
  checkSpan(place, from, to)
  if (typeof query.eventType === 'string') target.assertCan(place, 'slots')
  else prepare(target, query, query.eventType)

  async function* iterate(): AsyncGenerator<Slot, void, undefined> {
    const eventType = await eventTypeOf(target, place, query.eventType, options)
    const asked = prepare(target, query, eventType)
    for (let at = Math.max(from, clock.now()); at < to; ) {
      const end = Math.min(to, at + (target.scheduling.slotWindowMs ?? Number.POSITIVE_INFINITY))
      // Time has passed since the last window was read, and no provider has slots in the past.
      const window = { ...asked, from: Math.max(at, clock.now()), to: end }
      if (window.from < end) yield* await readWindow(target, window, options)
      at = end
    }
  }

  return Object.freeze({ [Symbol.asyncIterator]: iterate })
}

/** @throws {PunctualError} for what this event type does not have. */
function prepare(
  target: Target,
  { timeZone, durationMinutes }: SlotsQuery,
  eventType: EventType,
): Pick<CheckedSlotsQuery, 'eventType' | 'timeZone' | 'durationMinutes'> {
  target.assertCan(place, 'slots', eventType)
  return {
    eventType,
    // Always sent: at a provider that has a default of its own, the result would depend on it.
    timeZone: ianaName(timeZone ?? target.api.account.timeZone ?? '') ?? 'UTC',
    durationMinutes: checkDuration(place, target, eventType, durationMinutes),
  }
}

async function readWindow(
  { scheduling, call }: Target,
  window: CheckedSlotsQuery,
  options: VerbOptions | undefined,
): Promise<readonly Slot[]> {
  const found = await call({ what: 'slots', id: window.eventType.id }, options, (api) => scheduling.slots(api, window))
  return found.filter(({ start }) => {
    const ms = Date.parse(start)
    return window.from <= ms && ms < window.to
  })
}
