// Decides which fault a request meets, if any. The first one that matches is used once.
// Chance comes from the fault's own seeded sequence, so that a run can be repeated.

import type { Note } from '../http/exchange.ts'
import type { Fault, FaultInput } from '../world/fault.ts'
import type { State } from '../world/state.ts'
import type { DeliveryRow, WebhookFault } from '../world/webhook-delivery.ts'
import type { World } from '../world/world.ts'

/** Sets a fault as a caller gave it; `scenario` is the name of the scenario that it belongs to. */
export function setFault(world: World, input: FaultInput, scenario?: string): Fault {
  const { state } = world
  const { count, minutes, kind, probability, seed = 1 } = input
  state.serial += 1
  const isOpen = kind === 'skew' || probability !== undefined || typeof minutes === 'number'
  const fault: Fault = {
    ...input,
    id: `fault-${state.serial}`,
    ...(scenario === undefined ? {} : { scenario }),
    endsAt: typeof minutes === 'number' ? world.now() + minutes * 60_000 : null,
    remaining: count === undefined ? (isOpen ? null : 1) : count,
    sequence: seed >>> 0,
    hits: 0,
  }
  state.faults.push(fault)
  world.changed()
  return fault
}

/** The faults that are on. Forgets those whose time is over. */
export function faultsOn(state: State, now: number): Fault[] {
  state.faults = state.faults.filter(({ endsAt, remaining }) => (endsAt ?? now + 1) > now && remaining !== 0)
  return state.faults
}

/** The faults that this request meets: at most one that strikes, and every clock skew. */
export function meetFaults(
  state: State,
  note: Note,
  { path, now }: { path: string; now: number },
): { fault: Fault | null; skewSeconds: number } {
  if (state.faults.length === 0) return { fault: null, skewSeconds: 0 }
  let fault: Fault | null = null
  let skewSeconds = 0
  for (const one of faultsOn(state, now)) {
    if (!matches(one, note, path) || (fault !== null && one.kind !== 'skew') || !drawn(one)) continue
    one.hits += 1
    if (one.remaining !== null) one.remaining -= 1
    if (one.kind === 'skew') skewSeconds += one.seconds ?? 0
    else fault = one
  }
  faultsOn(state, now)
  return { fault, skewSeconds }
}

/** What happens to this webhook; null when nothing does. */
export function meetWebhookFault(
  state: State,
  message: Pick<DeliveryRow, 'provider' | 'client' | 'account' | 'event'>,
  now: number,
): WebhookFault | null {
  for (const one of faultsOn(state, now)) {
    const { kind } = one
    if (!isWebhookFault(kind) || !meets(one, message) || !drawn(one)) continue
    one.hits += 1
    if (one.remaining !== null) one.remaining -= 1
    faultsOn(state, now)
    return kind
  }
  return null
}

function isWebhookFault(kind: string): kind is WebhookFault {
  return kind.startsWith('webhook_')
}

function meets(fault: Fault, message: Pick<DeliveryRow, 'provider' | 'client' | 'account' | 'event'>): boolean {
  const same = (wanted: string | undefined, given: string): boolean => wanted === undefined || wanted === given
  return (
    same(fault.provider, message.provider) &&
    same(fault.client, message.client) &&
    same(fault.account, message.account) &&
    same(fault.event, message.event)
  )
}

function matches(fault: Fault, note: Note, path: string): boolean {
  const { provider, endpoint, grantType, client, account } = fault
  if (isWebhookFault(fault.kind)) return false
  if (provider !== undefined && provider !== note.provider) return false
  if (endpoint?.startsWith('/') ? !path.startsWith(endpoint) : endpoint !== undefined && endpoint !== note.endpoint) {
    return false
  }
  if (grantType !== undefined && grantType !== note.grantType) return false
  if (client !== undefined && client !== note.client) return false
  return account === undefined || account === note.account
}

function drawn(fault: Fault): boolean {
  if (fault.probability === undefined) return true
  // A small mixing generator; its state is one number, so that it lives in the fault.
  fault.sequence = (fault.sequence + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(fault.sequence ^ (fault.sequence >>> 15), fault.sequence | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < fault.probability
}
