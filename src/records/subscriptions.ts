// Webhook subscriptions with their secret sealed on the way in and opened on the way out.

import { type Secret, secret } from '../core/secret.ts'
import type { NewSubscription, SubscriptionRow, SubscriptionStore } from '../core/store/subscriptions.ts'
import type { Vault } from '../vault/cipher.ts'
import { storable } from './storable.ts'

/** A subscription as the rest of the product sees it. */
export interface Subscription extends Omit<SubscriptionRow, 'secrets'> {
  /**
   * Its own signing secret; `null` where the client's key signs.
   *
   * @throws {PunctualError} when it cannot be opened with the keys at hand.
   */
  secret(): Secret | null
}

export interface Subscriptions extends Pick<SubscriptionStore, 'update' | 'hasten' | 'sweep'> {
  /** As the store's, the secret in the clear; `null` where the client's key signs. */
  insert(
    subscription: Omit<NewSubscription, 'secrets'> & { readonly secret: Secret | null },
    replaces: string | null,
    checkIn: number,
  ): Promise<boolean>
  get(id: string): Promise<Subscription | null>
  of(connection: string): Promise<Subscription[]>
  takeDue(limit: number, hideFor: number): Promise<Subscription[]>
}

export function createSubscriptions({
  subscriptions: store,
  vault,
}: {
  readonly subscriptions: SubscriptionStore
  readonly vault: Vault
}): Subscriptions {
  const place = (row: string) => ({ table: 'subscriptions', row, column: 'secrets' })
  const opened = ({ secrets, ...facts }: SubscriptionRow): Subscription => ({
    ...facts,
    secret: () => (secrets === null ? null : secret(vault.open(place(facts.id), secrets))),
  })
  return {
    insert: ({ secret: own, ...rest }, replaces, checkIn) =>
      store.insert(
        { ...rest, secrets: own === null ? null : vault.seal(place(rest.id), own.reveal()) },
        replaces,
        checkIn,
      ),
    async get(id) {
      const row = await store.get(id)
      return row && opened(row)
    },
    of: async (connection) => (await store.of(connection)).map(opened),
    takeDue: async (limit, hideFor) => (await store.takeDue(limit, hideFor)).map(opened),
    update: (id, from, { detail, ...change }) =>
      store.update(id, from, {
        ...change,
        ...(detail !== undefined && { detail: detail === null ? null : storable(detail) }),
      }),
    hasten: (connection) => store.hasten(connection),
    sweep: (age, limit) => store.sweep(age, limit),
  }
}
