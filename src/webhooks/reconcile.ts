// Looks after the subscriptions: finishes what was begun, makes anew what the provider has disabled or lost, takes away
// what is not wanted. In the background, a few at a time; what fails is looked at again later, and stops nothing else.

import { fraction } from '../core/clock.ts'
import { fewPerTurn, isStoreAway, nextTurn } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import type { WebhookRenewalReason } from '../core/events.ts'
import { createSetAside, markAsTold } from '../core/set-aside.ts'
import type { SubscriptionState } from '../core/store/subscriptions.ts'
import type { WebhookCall } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { apiOf, isPassing, isRefusal } from './api.ts'
import { abandon, desiredOf, establish, latest, nextLook, record, retire, supersede } from './lifecycle.ts'
import type { Subscriber, WebhookParts } from './parts.ts'

const batch = 50
/** Rows of removed subscriptions that are deleted in one step. */
const forgotten = 500
const sideBySide = 4
/** So often in a row may a provider fail to answer before the rest of its subscriptions is left for later. */
const mostStrikes = 3
/** Ms that a row which one process has taken is hidden from the others: longer than looking at a batch takes. */
const hideFor = 600_000
/** Ms that the row of a removed subscription is kept, so that what still comes of it is answered as gone. */
const remember = 2_592_000_000
const living: readonly SubscriptionState[] = ['creating', 'active', 'removing']

export interface Reconciler {
  /** One round: all that is due. A call during a round joins it. */
  tend(): Promise<void>
  /** Takes nothing more up until `start`; what is under way goes on to its end. */
  stop(): void
  start(): void
}

export function createReconciler(parts: WebhookParts): Reconciler {
  const aside = createSetAside(parts.clock, parts.report.aside)
  const turn = fewPerTurn(sideBySide)
  let round: Promise<void> | null = null
  let stopped = true

  async function all(): Promise<void> {
    const strikes = new Map<string, number>()
    for (let taken = batch; taken === batch && !stopped; ) {
      const due = await parts.subscriptions.takeDue(batch, hideFor)
      taken = due.length
      const failures: unknown[] = []
      const lane = async () => {
        for (let row = due.pop(); row; row = due.pop()) {
          await isolated(row, strikes).catch((error: unknown) => failures.push(error))
          await turn()
        }
      }
      await Promise.all(Array.from({ length: sideBySide }, lane))
      // While the store is away there is nothing more to take; those that were taken come again.
      if (failures.length > 0) throw failures[0]
    }
    await forget()
  }

  /** One that fails is hidden from everybody for a while, and left alone by this process for longer each time. */
  async function isolated(row: Subscription, strikes: Map<string, number>): Promise<void> {
    const name = `The webhook subscription ${row.id}`
    if (aside.has(name)) return
    try {
      await next(row, strikes)
      aside.delete(name)
    } catch (error) {
      if (isStoreAway(error)) throw error
      aside.add(name, error)
      const detail = error instanceof PunctualError ? error.message : 'It could not be looked at.'
      await parts.subscriptions.update(row.id, living, { detail }).catch(markAsTold)
    }
  }

  /** A provider that does not answer must not keep the others' subscriptions waiting. */
  async function next(row: Subscription, strikes: Map<string, number>): Promise<void> {
    const failed = strikes.get(row.client) ?? 0
    // What was taken and is not looked at now is due at once for the next who asks.
    if (stopped) return later(parts, row, row.detail, 0)
    if (failed >= mostStrikes) return later(parts, row, row.detail, soon(parts))
    strikes.set(row.client, (await look(parts, row.id)) ? 0 : failed + 1)
  }

  async function forget(): Promise<void> {
    for (let swept = forgotten; swept === forgotten; await nextTurn()) {
      swept = await parts.subscriptions.sweep(remember, forgotten)
      if (stopped) return
    }
  }

  return {
    tend() {
      round ??= all().finally(() => {
        round = null
      })
      return round
    },
    stop() {
      stopped = true
    },
    start() {
      stopped = false
    },
  }
}

/** Looks at one. Answers false when the provider gave no answer that counts. */
async function look(parts: WebhookParts, id: string): Promise<boolean> {
  // It may have waited for its turn, and been changed meanwhile.
  const row = await parts.subscriptions.get(id)
  if (!row || row.state === 'removed') return true
  if (row.events.length === 0) throw damaged()
  const connection = await parts.connections.get(row.connection)
  const client = parts.clients.get(row.client)
  const webhooks = client?.provider.webhooks
  if (!connection || connection.status === 'disconnected') await abandon(parts, row, 'the connection has ended.')
  else if (!client || !webhooks) await later(parts, row, `The client "${row.client}" is not among "clients".`)
  // It is kept as it is: a reconnection makes it due at once.
  else if (connection.status !== 'active') await later(parts, row, 'The connection needs to be reconnected.')
  else return tried(parts, { connection, client, webhooks }, row)
  return true
}

function damaged(): PunctualError {
  const message = 'Its events cannot be read: they were changed in the database. Subscribe again for its connection.'
  return new PunctualError('value_unreadable', message, { reason: 'damaged' })
}

async function tried(parts: WebhookParts, who: Subscriber, row: Subscription): Promise<boolean> {
  try {
    await settle(parts, who, row, apiOf(parts.callsOf(who.connection), { background: true }))
    return true
  } catch (error) {
    // A key that is missing, or what the store does not take, says nothing of the provider.
    if (
      !(error instanceof PunctualError) ||
      ['value_unreadable', 'invalid_argument', 'store_unavailable'].includes(error.code)
    )
      throw error
    const refusal = isRefusal(error) ? error : null
    const checkIn = refusal ? nextLook(parts.random) : soon(parts)
    await parts.subscriptions.update(row.id, living, { detail: error.message, checkInMs: checkIn })
    if (refusal) parts.report.failing(who.connection, row.id, refusal.reason ?? refusal.code)
    return !isPassing(error) && error.code !== 'client_misconfigured'
  }
}

async function settle(parts: WebhookParts, who: Subscriber, row: Subscription, call: WebhookCall): Promise<void> {
  const stranger = row.account !== who.connection.account.id
  if (row.state === 'removing') return stranger ? giveUp(parts, row) : void (await retire(parts, who, row, call))
  const rows = await parts.subscriptions.of(who.connection.id)
  const wanted = latest(rows, row.scope)
  if (wanted && wanted.id !== row.id) {
    if (stranger) return giveUp(parts, row)
    // It has been replaced. Until its successor stands, it is what there is.
    return wanted.state === 'active'
      ? void (await retire(parts, who, row, call))
      : later(parts, row, row.detail, soon(parts))
  }
  if (stranger) return renew(parts, who, row, call, 'another_account')
  if (row.state === 'creating') {
    if (await establish(parts, who, row, call, true)) await supersede(parts, who, row, call)
    return
  }
  const standing = await who.webhooks.find(call, desiredOf(parts, row, row.secret()))
  if (!standing) return renew(parts, who, row, call, 'gone')
  if (standing.state !== 'as_wished') return renew(parts, who, row, call, standing.state)
  await later(parts, row, null)
}

/** A new one in its place, and then the old one is taken away. */
async function renew(
  parts: WebhookParts,
  who: Subscriber,
  old: Subscription,
  call: WebhookCall,
  reason: WebhookRenewalReason,
): Promise<void> {
  const row = await record(parts, who, old, old)
  if (!row) return
  // Somebody may have given the old one up meanwhile: then there is nothing to renew.
  if (!(await parts.subscriptions.update(old.id, [old.state], { checkInMs: 600_000 }))) {
    await parts.subscriptions.update(row.id, ['creating'], { state: 'removed' })
    return
  }
  if (!(await establish(parts, who, row, call, false).catch((error) => failed(parts, who, row, error)))) return
  parts.report.renewed(who.connection, row.id, reason)
  await supersede(parts, who, row, call)
}

/** The new one did not come about: it is the one to look at from now on. */
async function failed(
  parts: WebhookParts,
  { connection }: Subscriber,
  row: Subscription,
  error: unknown,
): Promise<false> {
  if (!(error instanceof PunctualError)) throw error
  await parts.subscriptions.update(row.id, ['creating'], { detail: error.message })
  if (isRefusal(error)) parts.report.failing(connection, row.id, error.reason ?? error.code)
  return false
}

/** Ms until a provider that was away is asked again: ten minutes, more or less. */
function soon({ random }: WebhookParts): number {
  return 600_000 * (0.9 + 0.2 * fraction(random))
}

async function giveUp(parts: WebhookParts, row: Subscription): Promise<void> {
  await abandon(parts, row, 'it belongs to an account that the connection has left.')
}

async function later(
  parts: WebhookParts,
  row: Subscription,
  detail: string | null,
  checkIn: number = nextLook(parts.random),
): Promise<void> {
  await parts.subscriptions.update(row.id, [row.state], { detail, checkInMs: checkIn })
}
