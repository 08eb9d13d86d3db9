// In which order deliveries that come together are written: everywhere the same, so that two processes that write the
// same ones do not each wait for the other.

import type { NewDelivery } from './outbox.ts'

/** The deliveries in the order of their keys, each with its index in the list. */
export function inOrderOfKeys(deliveries: readonly NewDelivery[]): (readonly [index: number, delivery: NewDelivery])[] {
  return [...deliveries.entries()].sort(([, a], [, b]) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}
