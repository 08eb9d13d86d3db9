// Checks one subscription: whether it can be reconciled now, and what to record when that fails.

import type { Random } from '../core/clock.ts'
import { type ErrorCode, PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { SubscriptionState } from '../core/store/subscriptions.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { isPassing, isRefusal, type ProviderApi } from './api.ts'
import { checkAfterOutageMs, routineCheckMs } from './check-times.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Reconcile } from './reconcile.ts'
import type { WebhookReport } from './report.ts'
import type { Subscriber } from './subscriber.ts'

/** The states in which a row is checked. */
export const checkedStates: readonly SubscriptionState[] = ['creating', 'active', 'removing']

/** A missing key, or a value that the store refuses, says nothing about the provider. */
const notOfTheProvider: readonly ErrorCode[] = ['value_unreadable', 'invalid_argument', 'store_unavailable']

/** Checks the subscription of that id. Returns false when the provider gave no usable answer. */
export type Check = (id: string) => Promise<boolean>

export interface CheckInit {
  readonly subscriptions: SubscriptionRecords
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly lifecycle: Pick<Lifecycle, 'giveUp'>
  readonly reconcile: Reconcile
  readonly providerApi: ProviderApi
  readonly random: Random
  readonly report: Pick<WebhookReport, 'failing'>
}

export function createCheck(init: CheckInit): Check {
  const { subscriptions, random } = init

  async function postpone(row: Subscription, detail: string): Promise<void> {
    await subscriptions.update(row.id, [row.state], { detail, checkInMs: routineCheckMs(random) })
  }

  async function tryToReconcile(subscriber: Subscriber, row: Subscription): Promise<boolean> {
    try {
      await init.reconcile(subscriber, row, init.providerApi(subscriber.connection, { background: true }))
      return true
    } catch (error) {
      if (!(error instanceof PunctualError) || notOfTheProvider.includes(error.code)) throw error
      const refusal = isRefusal(error) ? error : null
      const checkInMs = refusal ? routineCheckMs(random) : checkAfterOutageMs(random)
      await subscriptions.update(row.id, checkedStates, { detail: error.message, checkInMs })
      if (refusal) init.report.failing(subscriber.connection, row.id, refusal.reason ?? refusal.code)
      return !isPassing(error) && error.code !== 'client_misconfigured'
    }
  }

  return async (id) => {
    // It may have waited for its turn, and been changed meanwhile.
    const row = await subscriptions.get(id)
    if (!row || row.state === 'removed') return true
    if (row.events.length === 0) throw damaged()
    const connection = await init.connections.get(row.connection)
    const client = init.clients.get(row.client)
    const webhooks = client?.provider.webhooks
    if (!connection || connection.status === 'disconnected')
      await init.lifecycle.giveUp(row, 'the connection has ended.')
    else if (!client || !webhooks) await postpone(row, `The client "${row.client}" is not among those of this process.`)
    // It is kept as it is: a reconnection makes it due at once.
    else if (connection.status !== 'active') await postpone(row, 'The connection needs to be reconnected.')
    else return tryToReconcile({ connection, client, webhooks }, row)
    return true
  }
}

function damaged(): PunctualError {
  const message = 'Its events cannot be read: they were changed in the database. Subscribe again for its connection.'
  return new PunctualError('value_unreadable', message, { reason: 'damaged' })
}
