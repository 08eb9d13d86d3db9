// Webhook subscriptions with their secret sealed on the way in and opened on the way out.

import { type Secret, secret } from '../core/secret.ts'
import { storable } from '../core/storable.ts'
import type { Store } from '../core/store/store.ts'
import type { NewSubscription, SubscriptionRow, SubscriptionStore } from '../core/store/subscriptions.ts'
import type { Vault } from '../vault/cipher.ts'

/** A subscription as the rest of the product sees it. */
export interface Subscription extends Omit<SubscriptionRow, 'secrets'> {
  /**
   * Its own signing secret; `null` where the client's key signs.
   *
   * @throws {PunctualError} when it cannot be opened with these keys.
   */
  secret(): Secret | null
}

export interface SubscriptionRecords extends Pick<SubscriptionStore, 'update' | 'hasten'> {
  /** As the store's, the secret in the clear; `null` where the client's key signs. */
  insert(
    subscription: Omit<NewSubscription, 'secrets'> & { readonly secret: Secret | null },
    replaces: string | null,
    checkInMs: number,
  ): Promise<boolean>
  get(id: string): Promise<Subscription | null>
  of(connection: string): Promise<Subscription[]>
  takeDue(limit: number, hideForMs: number): Promise<Subscription[]>
}

/** Where the secrets of a subscription are kept. */
export function subscriptionPlace(row: string): { table: string; row: string; column: string } {
  return { table: 'subscriptions', row, column: 'secrets' }
}

export function createSubscriptionRecords({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'subscriptions'>
  readonly vault: Vault
}): SubscriptionRecords {
  const { subscriptions } = store
  const opened = ({ secrets, ...facts }: SubscriptionRow): Subscription => ({
    ...facts,
    secret: () => (secrets === null ? null : secret(vault.open(subscriptionPlace(facts.id), secrets))),
  })
  return {
    ...subscriptions,
    insert: ({ secret: own, ...rest }, replaces, checkInMs) =>
      subscriptions.insert(
        { ...rest, secrets: own === null ? null : vault.seal(subscriptionPlace(rest.id), own.reveal()) },
        replaces,
        checkInMs,
      ),
    async get(id) {
      const row = await subscriptions.get(id)
      return row && opened(row)
    },
    of: async (connection) => (await subscriptions.of(connection)).map(opened),
    takeDue: async (limit, hideForMs) => (await subscriptions.takeDue(limit, hideForMs)).map(opened),
    update: (id, from, { detail, ...change }) =>
      subscriptions.update(id, from, {
        ...change,
        ...(detail !== undefined && { detail: detail === null ? null : storable(detail) }),
      }),
  }
}
