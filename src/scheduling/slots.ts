// Slots of any span of time: requested window by window, as long as the provider allows, while they are read. Every slot
// is in one window alone, so that none comes twice or is missing where two windows meet.

import { checkOptions } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { EventType, Slot } from '../core/scheduling/model.ts'
import type { CheckedSlotsQuery } from '../core/scheduling/provider.ts'
import type { SlotsQuery, VerbOptions } from '../core/scheduling/requests.ts'
import { checkDuration, checkSpan, slotsChecks } from './checks.ts'
import { msOf } from './instants.ts'
import { checkVerbOptions, verbChecks } from './options.ts'
import { eventTypeOf } from './references.ts'
import type { Target } from './target.ts'
import { ianaName } from './time-zones.ts'

const place = 'slots'
/** A window that begins before its request arrives is refused by some providers. What starts until then is left out. */
const arrivalMs = 60_000

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
    for (let at = from; at < to; ) {
      const begin = Math.max(at, clock.now() + arrivalMs)
      const end = Math.min(to, begin + (target.scheduling.slotWindowMs ?? Number.POSITIVE_INFINITY))
      if (begin < end)
        for (const slot of await readWindow(target, { ...asked, from: begin, to: end }, options)) yield slot
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
  // Instants of one form are in the order of their texts.
  const [from, to] = [firstSecond(window.from), firstSecond(window.to)]
  return found.filter(({ start }) => from <= start && start < to)
}

/** The first whole second from then on. */
function firstSecond(ms: number): string {
  return utcInstant(Math.ceil(ms / 1000) * 1000)
}
