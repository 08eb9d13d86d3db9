// Keeps a slot for a few minutes.

import { checkOptions, valueError } from '../core/check.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { Hold } from '../core/scheduling/model.ts'
import type { HoldOptions, SlotRef } from '../core/scheduling/requests.ts'
import { holdChecks, slotChecks } from './checks.ts'
import { msOf } from './instants.ts'
import { checkVerbOptions } from './options.ts'
import { eventTypeOf } from './references.ts'
import { withTimeRefused } from './refused-time.ts'
import type { Target } from './target.ts'

const place = 'hold'
const minuteMs = 60_000

export async function hold(target: Target, slot: SlotRef, options?: HoldOptions): Promise<Hold> {
  checkOptions(place, slot, slotChecks(target))
  checkVerbOptions(place, options, holdChecks)
  target.assertCan(place, 'hold')
  const startMs = msOf(slot.start)
  const start = utcInstant(startMs)
  const durationMinutes = slot.end === undefined ? null : minutesBetween(startMs, msOf(slot.end))
  const eventType = await eventTypeOf(target, place, slot.eventType, options)
  target.assertCan(place, 'hold', eventType)
  const forMs = options?.forMs === undefined ? null : Math.ceil(options.forMs / minuteMs) * minuteMs
  const asked = { eventType: eventType.id, start, durationMinutes }
  const time = { start, eventType, durationMinutes }
  return target.call({ what: 'hold', id: eventType.id }, options, (api) =>
    withTimeRefused(target, api, time, () => target.scheduling.hold(api, asked, forMs)),
  )
}

function minutesBetween(start: number, end: number): number {
  if (end > start) return Math.round((end - start) / minuteMs)
  throw valueError(place, 'slot.end', 'must be later than "start"')
}
