// Makes a change once for its key. What is known of it stands in one row of the store, and only this file and
// resolve-keys.ts move that row:
//
//   the row says                   who moves it on, and to what
//   -----------------------------  ------------------------------------------------------------------------------------
//   nothing                        a caller claims the key: `begun`, no step
//   begun, no step                 its holder, right before the request leaves: `booking`, `moving` or `cancelling`
//     and its lease has ended      the next caller begins, with any request; the background frees it, since nothing was sent
//   begun, `booking` and so on     its holder, by the answer: `done`, `refused`, or freed if nothing was sent
//     and its lease has ended      the next caller or the background, by a look at the provider: `done` or `unknown`;
//                                  a caller sends again when a look finds nothing and the first request is too old
//   begun, `booked` (a rebooking)  its holder, the next caller or the background cancels the old booking: `done`
//   unknown                        the next caller, as if it were `begun`
//   done, refused                  nobody. It is deleted after 30 days
//
// A claim lasts 60 s. A request that must not be made twice leaves in the first 30 s of its claim or never, and is sent
// again 90 s after it may have left at the earliest. docs/decisions/booking-once.md says why.

import type { ApiCaller, CallInit } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { BookingKeyChange } from '../core/store/booking-keys.ts'
import {
  type Doubt,
  doneWords,
  type Found,
  type OpenOutcome,
  type Outcome,
  type Progress,
  type Step,
  type StepName,
} from './change.ts'
import { type HeldKey, heldElsewhere, leaseMs } from './held-key.ts'
import { followRequest } from './sent-request.ts'

const mayLeaveForMs = 30_000
const sendAgainAfterMs = 90_000
/** When the background looks after a change whose holder has left it open. */
export const firstCheckMs = 60_000

/** How the requests of a run are made. */
export interface RunInit {
  /** Makes the requests that change something. No signal reaches them: once one has left, its answer is heard. */
  readonly changing: ApiCaller
  readonly reading: ApiCaller
  /** The limits that the caller gave. */
  readonly limits: Pick<CallInit, 'deadlineMs' | 'maxWaitMs' | 'latestSendMs'>
  /** `false`, for the background: nothing is sent but what may be sent twice. */
  readonly maySend: boolean
  /** Whether a refusal is the answer to this key from now on. */
  readonly keepsRefusal: boolean
  /** Whether a change that is done is the answer to this key from now on; otherwise the key is free again. */
  readonly keepsDone: boolean
  /** Aborted when nobody waits any more: nothing leaves then. */
  readonly stop: AbortSignal | null
  /** Returns how the row of a change is left whose outcome is not known yet. */
  leaveOpen(held: HeldKey, outcome: OpenOutcome): BookingKeyChange
}

/** How a caller leaves an open change: to the background. What was `unknown` stays so until a request is sent again. */
export function leaveToBackground(held: HeldKey): BookingKeyChange {
  return held.row.state === 'unknown' && !held.hasSent() ? { state: 'unknown' } : { checkInMs: firstCheckMs }
}

/** Carries a change on from where its row says it is, and writes into the row what came of it. */
export async function proceed(held: HeldKey, steps: readonly Step[], init: RunInit): Promise<Outcome> {
  const seen = new Map<StepName, ProviderBooking>()
  let { booking } = held.row
  let { at, isSent } = positionIn(steps, held.row.step)
  const end = async (outcome: Outcome): Promise<Outcome> => {
    const isWritten = await settle(held, outcome, init)
    // Nobody may hear of a refusal that is not kept: the same key could still book. A later caller of a rebooking may be told
    // that it is half done, if it cannot be looked at then: so nobody hears before that it is done.
    const isUnkept = outcome.kind === 'refused' ? init.keepsRefusal : outcome.kind === 'done' && steps.length > 1
    if (isWritten || !isUnkept) return outcome
    const { name: step } = steps[Math.min(at, steps.length - 1)] as Step
    const error = outcome.kind === 'refused' ? outcome.error : undefined
    return { kind: 'pending', afterMs: firstCheckMs, step, booking, seen, error }
  }
  for (; at < steps.length; at++, isSent = false) {
    const step = steps[at] as Step
    const outcome = await carryOut(held, step, isSent, init)
    if (outcome.kind !== 'done') return end(stopped(outcome, at, { step: step.name, booking, seen }))
    seen.set(step.name, outcome.booking)
    booking ??= outcome.booking.id
    const isLast = at === steps.length - 1
    const kept = isLast ? null : await passOn(held, step, booking, outcome.booking)
    if (kept) return end({ ...kept, step: step.name, booking, seen })
  }
  return end({ kind: 'done', booking: booking ?? '', seen })
}

/** A refusal of the second step is not one of the whole change. */
function stopped(outcome: Exclude<StepOutcome, { readonly kind: 'done' }>, at: number, progress: Progress): Outcome {
  if (outcome.kind !== 'refused') return { ...outcome, ...progress }
  if (at === 0) return outcome
  return {
    kind: 'doubt',
    doubt: outcome.error.reason === 'changed' ? 'changed_meanwhile' : 'not_cancelled',
    ...progress,
  }
}

/** Where a row is: at which step, and whether that one may have been sent. */
function positionIn(steps: readonly Step[], word: string | null): { at: number; isSent: boolean } {
  const sent = steps.findIndex(({ name }) => name === word)
  if (sent >= 0) return { at: sent, isSent: true }
  return { at: steps.findIndex(({ name }) => doneWords[name] === word) + 1, isSent: false }
}

/** Records that a step is done and the next one follows. Returns what keeps it from that; `null`: nothing. */
async function passOn(
  held: HeldKey,
  step: Step,
  booking: string,
  made: ProviderBooking,
): Promise<Extract<StepOutcome, { readonly kind: 'doubt' | 'pending' }> | null> {
  const pending = { kind: 'pending', afterMs: firstCheckMs } as const
  try {
    const doubt = (await step.made?.(made.id)) ?? null
    if (doubt !== null) return { kind: 'doubt', doubt }
    return (await held.update({ step: doneWords[step.name], booking, checkInMs: firstCheckMs })) ? null : pending
  } catch (error) {
    return { ...pending, error }
  }
}

type StepOutcome =
  | Exclude<Found, { readonly kind: 'none' }>
  | { readonly kind: 'pending'; readonly afterMs: number; readonly error?: unknown }
  | { readonly kind: 'unsent'; readonly error: unknown }

/** Looks first if the request may have left before, and sends it if that is allowed. */
async function carryOut(held: HeldKey, step: Step, wasSent: boolean, init: RunInit): Promise<StepOutcome> {
  if (wasSent || step.looksFirst) {
    const found = await look(() => step.look(init.reading, held.since()))
    if (found.kind !== 'none') return found
  }
  if (wasSent) {
    const waitMs = step.mayRepeat ? 0 : sendAgainAfterMs - held.sentMsAgo()
    if (waitMs > 0 || !maySend(step, init)) return { kind: 'pending', afterMs: Math.max(0, waitMs) }
  }
  if (!maySend(step, init)) return { kind: 'unsent', error: null }
  const kept = await keptFromSending(step, wasSent, init.reading)
  if (kept) return kept
  const request = followRequest({
    changing: init.changing,
    reading: init.reading,
    leaves: () => noteSent(held, step, init.stop),
    makes: !step.mayRepeat,
    limits: () => (step.mayRepeat ? {} : limitsOf(held, init.limits)),
  })
  try {
    return { kind: 'done', booking: await step.send(request.api) }
  } catch (error) {
    const { fate, refusal } = request.seen()
    if (fate === 'unsent') return { kind: 'unsent', error }
    // A second request may be refused because the first one was carried out, later than it should have been.
    if (refusal && !wasSent) return { kind: 'refused', error: explained(error, refusal) }
    const found = await look(() => step.look(init.reading, held.since()))
    if (found.kind !== 'none') return found
    if (refusal) return { kind: 'refused', error: explained(error, refusal) }
    return { kind: 'pending', afterMs: step.mayRepeat ? 0 : Math.max(0, sendAgainAfterMs - held.sentMsAgo()) }
  }
}

/** The provider's function knows more of a refusal than its response says: that a time is not free, say. */
function explained(thrown: unknown, refusal: PunctualError): PunctualError {
  return thrown instanceof PunctualError && thrown.code === 'provider_refused' ? thrown : refusal
}

function maySend(step: Step, init: RunInit): boolean {
  return init.maySend || step.mayRepeat
}

/** Writes that the request may leave: the last moment at which another holder of the key can stop it. */
async function noteSent(held: HeldKey, { name, mayRepeat }: Step, stop: AbortSignal | null): Promise<void> {
  stop?.throwIfAborted()
  if (!(await held.noteSent(name, mayRepeat))) throw heldElsewhere()
}

/** What is left of the claim for a request that must not be made twice: to leave, and to be answered. */
function limitsOf(held: HeldKey, { deadlineMs = 30_000, maxWaitMs, latestSendMs }: RunInit['limits']): CallInit {
  const leaveMs = Math.max(0, mayLeaveForMs - held.passedMs())
  return {
    latestSendMs: Math.min(leaveMs, latestSendMs ?? leaveMs),
    deadlineMs: Math.min(deadlineMs, Math.max(0, leaseMs - held.passedMs())),
    ...(maxWaitMs !== undefined && { maxWaitMs: Math.min(maxWaitMs, leaveMs) }),
  }
}

/** What keeps a step from being sent now; `null`: nothing. */
async function keptFromSending(step: Step, wasSent: boolean, reading: ApiCaller): Promise<StepOutcome | null> {
  try {
    const error = (await step.recheck?.(reading)) ?? null
    return error && { kind: 'refused', error }
  } catch (error) {
    return wasSent ? failedLook(error) : { kind: 'unsent', error }
  }
}

async function look(find: () => Promise<Found>): Promise<Found | ReturnType<typeof failedLook>> {
  return find().catch(failedLook)
}

/** A look that fails says nothing: above all, it does not say that there is no booking. */
function failedLook(
  error: unknown,
):
  | { readonly kind: 'doubt'; readonly doubt: Doubt }
  | { readonly kind: 'pending'; readonly afterMs: number; readonly error: unknown } {
  const doubt = doubtAfter(error)
  return doubt ? { kind: 'doubt', doubt } : { kind: 'pending', afterMs: firstCheckMs, error }
}

/** What keeps everybody from looking, and will not pass by itself. */
function doubtAfter(error: unknown): Doubt | null {
  if (!(error instanceof PunctualError)) return null
  const { code, reason } = error
  if (code === 'insufficient_scope' || code === 'not_supported') return 'cannot_look'
  if (code === 'provider_refused' && (reason === 'not_permitted' || reason === 'plan_limit')) return 'cannot_look'
  return code === 'connection_not_found' ? 'disconnected' : null
}

/**
 * Writes the outcome. If the store does not take it, the row stays as it is, and the next caller or the background finds it
 * out again. A row that another process has claimed meanwhile is that one's to write. Returns whether it is written.
 */
async function settle(held: HeldKey, outcome: Outcome, init: RunInit): Promise<boolean> {
  try {
    if (outcome.kind === 'done' && !init.keepsDone) return await held.free()
    if (outcome.kind === 'done')
      return await held.update({ state: 'done', reason: null, booking: outcome.booking, release: true })
    if (outcome.kind === 'doubt') return await held.update({ state: 'unknown', reason: outcome.doubt, release: true })
    if (outcome.kind === 'refused' && init.keepsRefusal) return await held.update(refusalOf(outcome.error))
    if (outcome.kind === 'refused' || isFree(held, outcome)) return await held.free()
    const before = outcome.kind === 'unsent' ? held.takeBack() : {}
    return await held.update({ ...init.leaveOpen(held, outcome), ...before, release: true })
  } catch {
    return false
  }
}

function refusalOf({ code, reason }: PunctualError): BookingKeyChange {
  return { state: 'refused', reason: reason === undefined ? code : `${code} ${reason}`, release: true }
}

/** Whether nothing of this change has ever left: neither in this claim nor in an earlier one. */
function isFree({ row }: HeldKey, outcome: Outcome): boolean {
  return outcome.kind === 'unsent' && outcome.booking === null && row.step === null
}
