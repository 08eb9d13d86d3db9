// Takes verified deliveries into the outbox, sealed: a provider's message is full of names and addresses.

import type { NewDelivery, OutboxStore } from '../core/store/outbox.ts'
import type { Vault } from '../vault/cipher.ts'
import { deliveryPlace } from './outbox.ts'

export interface Deliveries {
  /** Seals the message and takes it in. `false`: it was taken in before. */
  accept(delivery: NewDelivery): Promise<boolean>
  hasAccepted(subject: string, names: readonly string[]): Promise<boolean>
}

export function createDeliveries({
  outbox,
  vault,
}: {
  readonly outbox: OutboxStore
  readonly vault: Vault
}): Deliveries {
  return {
    accept: ({ body, ...rest }) => outbox.accept({ ...rest, body: vault.seal(deliveryPlace(rest.key), body) }),
    hasAccepted: (subject, names) => outbox.hasAccepted(subject, names),
  }
}
