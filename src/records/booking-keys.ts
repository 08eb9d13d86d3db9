// Booking keys with the request sealed on the way in and opened on the way out: it holds names, addresses and answers.

import { storable } from '../core/storable.ts'
import type { BookingKeyRow, BookingKeyStore, NewBookingKey } from '../core/store/booking-keys.ts'
import type { Store } from '../core/store/store.ts'
import type { Vault } from '../vault/cipher.ts'

/** A booking key as the rest of the product sees it. */
export interface BookingKey extends Omit<BookingKeyRow, 'request'> {
  /**
   * The request as it was claimed.
   *
   * @throws {PunctualError} `value_unreadable` when it cannot be opened with these keys, or is damaged.
   */
  request(): string
}

export interface BookingKeyRecords extends Pick<BookingKeyStore, 'update'> {
  /** As the store's, the request in the clear. */
  claim(
    key: NewBookingKey,
    leaseMs: number,
  ): Promise<{ readonly row: BookingKey; readonly isMine: boolean; readonly isNew: boolean }>
  get(connection: string, key: string): Promise<BookingKey | null>
  underWay(...how: Parameters<BookingKeyStore['underWay']>): Promise<BookingKey[]>
  takeDue(limit: number, leaseMs: number): Promise<BookingKey[]>
}

/** Where the request of a booking is kept. `row`: the connection and the key, with a space between them. */
export function bookingKeyPlace(row: string): { table: string; row: string; column: string } {
  return { table: 'booking_keys', row, column: 'request' }
}

export function createBookingKeyRecords({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'bookingKeys'>
  readonly vault: Vault
}): BookingKeyRecords {
  const { bookingKeys } = store
  const place = ({ connection, key }: Pick<BookingKeyRow, 'connection' | 'key'>) =>
    bookingKeyPlace(`${connection} ${key}`)
  const opened = ({ request, ...facts }: BookingKeyRow): BookingKey => ({
    ...facts,
    request: () => vault.open(place(facts), request),
  })
  return {
    ...bookingKeys,
    async claim(key, leaseMs) {
      const claimed = await bookingKeys.claim({ ...key, request: vault.seal(place(key), key.request) }, leaseMs)
      return { ...claimed, row: opened(claimed.row) }
    },
    async get(connection, key) {
      const row = await bookingKeys.get(connection, key)
      return row && opened(row)
    },
    underWay: async (...how) => (await bookingKeys.underWay(...how)).map(opened),
    takeDue: async (limit, leaseMs) => (await bookingKeys.takeDue(limit, leaseMs)).map(opened),
    update: (connection, key, claim, { reason, ...change }) =>
      bookingKeys.update(connection, key, claim, {
        ...change,
        ...(reason !== undefined && { reason: reason === null ? null : storable(reason) }),
      }),
  }
}
