// Planted bugs of bookings that shall be made once.

import type { Client } from '../../src/core/provider.ts'
import type { ProviderScheduling } from '../../src/core/scheduling/provider.ts'
import type { BookingKeyRow, BookingKeyStore } from '../../src/core/store/booking-keys.ts'
import { inBookingKeys, type Mutation } from './mutation.ts'

/** Changes some functions of the scheduling of every client. */
function inScheduling(change: (scheduling: ProviderScheduling) => Partial<ProviderScheduling>) {
  return (client: Client): Client => {
    const { scheduling } = client.provider
    if (!scheduling) return client
    const changed = { ...scheduling, ...change(scheduling) }
    return { ...client, provider: { ...client.provider, scheduling: changed } }
  }
}

/** Reads each booking once, and believes that from then on. */
function reading(scheduling: ProviderScheduling): Partial<ProviderScheduling> {
  const seen = new Map<string, ReturnType<ProviderScheduling['booking']>>()
  return {
    async booking(api, id) {
      const read = seen.get(id) ?? scheduling.booking(api, id)
      await read
      seen.set(id, read)
      return read
    },
  }
}

const freed = { state: 'begun', step: null, reason: null, booking: null, release: true, checkInMs: null } as const

/** Counts the claims of a key from one again whenever it begins again. */
function countingAnew(keys: BookingKeyStore): BookingKeyStore {
  const before = new Map<string, number>()
  const countBefore = (connection: string, key: string) => before.get(`${connection} ${key}`) ?? 0
  const counted = (row: BookingKeyRow) => ({ ...row, claim: row.claim - countBefore(row.connection, row.key) })
  return {
    ...keys,
    async claim(key, leaseMs) {
      const claimed = await keys.claim(key, leaseMs)
      if (claimed.isNew) before.set(`${key.connection} ${key.key}`, claimed.row.claim - 1)
      return { ...claimed, row: counted(claimed.row) }
    },
    takeDue: async (...how) => (await keys.takeDue(...how)).map(counted),
    update: (connection, key, claim, change) =>
      keys.update(connection, key, claim + countBefore(connection, key), change),
  }
}

const planted: readonly Omit<Mutation, 'bookings'>[] = [
  {
    name: 'A booking is sent again without a look at the provider',
    violates: ['booked_once', 'told_truth', 'refused_stays'],
    replaceClient: inScheduling(() => ({ findBooked: async () => [] })),
  },
  {
    name: 'A key whose outcome is unknown is free again',
    violates: ['booked_once', 'told_truth'],
    wrapOptions: inBookingKeys(({ update }) => ({
      update: (connection, key, claim, change) =>
        change.release && change.state === undefined
          ? update(connection, key, claim, freed)
          : update(connection, key, claim, change),
    })),
  },
  {
    name: 'That a request may leave is noted after it has left',
    violates: ['booked_once', 'told_truth', 'rebooked', 'refused_stays'],
    wrapOptions: ({ store, clock }) => {
      const { bookingKeys } = store
      return {
        store: {
          ...store,
          bookingKeys: {
            ...bookingKeys,
            async update(...how) {
              if (how[3].sentMsAgo !== 0) return bookingKeys.update(...how)
              void clock.sleep?.(2000).then(() => bookingKeys.update(...how).catch(() => {}))
              return true
            },
          },
        },
      }
    },
  },
  {
    name: 'Every process may claim a key, and no write names its claim',
    // Where one of two holders gives up, it writes over what the other one has told.
    violates: ['booked_once', 'told_truth'],
    wrapOptions: inBookingKeys((keys) => ({
      claim: (key) => keys.claim(key, 1),
      async update(connection, key, claim, change) {
        const row = await keys.get(connection, key)
        return row ? keys.update(connection, key, row.claim, change) : keys.update(connection, key, claim, change)
      },
    })),
  },
  {
    name: 'The claims of a key begin at 1 again when it is freed',
    manyPauses: true,
    violates: ['booked_once', 'told_truth', 'rebooked'],
    wrapStore: (store) => ({ ...store, bookingKeys: countingAnew(store.bookingKeys) }),
  },
  {
    name: 'A refusal is not kept',
    violates: ['refused_stays'],
    wrapOptions: inBookingKeys(({ update }) => ({
      update: (connection, key, claim, change) =>
        change.state === 'refused' ? update(connection, key, claim, freed) : update(connection, key, claim, change),
    })),
  },
  {
    name: 'Nobody goes on with a rebooking that is half done',
    violates: ['keys_end'],
    wrapOptions: inBookingKeys(({ takeDue }) => ({
      takeDue: async (...how) =>
        (await takeDue(...how)).filter(({ step }) => step !== 'booked' && step !== 'cancelling'),
    })),
  },
  {
    name: 'The background ends no key',
    violates: ['keys_end'],
    wrapOptions: inBookingKeys(() => ({ takeDue: async () => [] })),
  },
  {
    name: 'A booking is read once, and believed from then on',
    violates: ['rebooked'],
    replaceClient: inScheduling(reading),
  },
  {
    name: 'A key is forgotten after a minute',
    violates: ['booked_once', 'told_truth'],
    wrapOptions: inBookingKeys(({ sweep }) => ({ sweep: (_, limit) => sweep(60_000, limit) })),
  },
]

export const bookingMutations: readonly Mutation[] = planted.map((mutation) => ({ ...mutation, bookings: true }))
