// Why a provider has refused a time. Some answer a time that is past or not open as a request that is not valid, or as something
// that does not exist. After such a refusal the clock and the slots tell, so that a caller can offer another time.

import { refusalSentence } from '../calls/failures.ts'
import type { ApiCaller } from '../core/calls.ts'
import { type ErrorReasons, PunctualError } from '../core/errors.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { EventType } from '../core/scheduling/model.ts'
import type { Target } from './target.ts'

type RefusedTarget = Pick<Target, 'scheduling' | 'now' | 'can'>

export interface RequestedTime {
  readonly start: string
  /** `null`: whether it is open cannot be read from the slots. */
  readonly eventType: EventType | null
  readonly durationMinutes: number | null
}

/** What may be about the time. A taken slot may also be one that is past. */
const vague: readonly unknown[] = [
  'invalid_request',
  'not_found',
  'slot_taken',
] satisfies ErrorReasons['provider_refused'][]
/** A window of slots may not begin in the past. */
const arrivalMs = 60_000
/** Slots are read around the time, since an end of a window may or may not count. */
const aroundMs = 12 * 3_600_000

/** Does the work. A refusal that can be about the time says so. */
export async function withTimeRefused<Result>(
  target: RefusedTarget,
  api: ApiCaller,
  time: RequestedTime,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const isVague = error instanceof PunctualError && error.code === 'provider_refused' && vague.includes(error.reason)
    const reason = isVague ? await reasonOf(target, api, time, error.reason === 'not_found') : null
    if (!isVague || reason === null || reason === error.reason) throw error
    const { message, answer } = error
    const sentence = `${message} ${refusalSentence(reason)} The start was ${time.start}.`
    throw new PunctualError('provider_refused', sentence, { reason, answer, cause: error })
  }
}

/**
 * `null`: nothing is known to be wrong with the time.
 *
 * @param inDoubt whether the event type may be what does not exist. Then it has to have slots that can be read.
 */
async function reasonOf(
  { scheduling, now, can }: RefusedTarget,
  api: ApiCaller,
  { start, eventType, durationMinutes }: RequestedTime,
  inDoubt: boolean,
): Promise<'in_the_past' | 'slot_taken' | null> {
  const startMs = Date.parse(start)
  const isPast = startMs <= now()
  if (isPast && !inDoubt) return 'in_the_past'
  if (!eventType || !can('slots', eventType).yes) return null
  const from = Math.max(now() + arrivalMs, startMs - aroundMs)
  const window = { eventType, from, to: Math.max(from, startMs) + aroundMs, timeZone: 'UTC', durationMinutes }
  const open = await scheduling.slots(api, window).catch(() => null)
  if (open === null) return null
  if (isPast) return 'in_the_past'
  return from > startMs || open.some((slot) => slot.start === utcInstant(startMs)) ? null : 'slot_taken'
}
