// The rules of bookings that are made once. The checker knows each change that the host application has asked for, and counts
// what the provider has made of it. Each change has an attendee and a start that no other one has.

import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { BookingKeyRow, BookingVerb } from '../../src/core/store/booking-keys.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { MadeBooking } from '../support/booking-place.ts'
import type { ReportViolation } from './checker.ts'
import type { SimulatedProvider } from './provider.ts'
import type { KnownConnection } from './workload.ts'

/** A change that the host application wants, with its key. */
export interface WantedChange {
  readonly key: string
  readonly verb: BookingVerb
  readonly known: KnownConnection
  readonly eventType: string
  /** Of the new booking; of a cancellation, of the old one. */
  readonly email: string
  readonly start: number
  /** The id of the booking that is changed; `null`: it books. */
  readonly of: string | null
  readonly wantedAt: number
}

/** What a caller was told. */
export type Told =
  | { readonly kind: 'done'; readonly booking: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'half' }

export interface BookingChecker {
  readonly wanted: readonly WantedChange[]
  want(change: WantedChange): void
  told(change: WantedChange, what: Told): void
  check(): void
  /** Keys that have not ended yet, as a sentence; `null`: all have. */
  open(): Promise<string | null>
  /** The last check: all keys have had their time. */
  checkEnd(): Promise<void>
}

const dayMs = 86_400_000

export function createBookingChecker(
  now: () => number,
  provider: SimulatedProvider,
  store: Store,
  reportViolation: ReportViolation,
): BookingChecker {
  const wanted: WantedChange[] = []
  const results = new Map<WantedChange, Told>()
  let seen = ''

  const placeOf = ({ known }: WantedChange) => provider.bookingsOf(known.client, known.account)
  /** What the provider has made of a change. */
  const madeOf = (change: WantedChange): MadeBooking[] =>
    placeOf(change).bookings.filter(
      ({ by, email, start }) => by === 'api' && email === change.email && start === change.start,
    )
  const oldOf = (change: WantedChange) => placeOf(change).bookings.find(({ id }) => id === change.of)
  const isCancelledByOthers = (id: string, but: WantedChange) =>
    wanted.some((one) => one !== but && one.of === id && one.known.account === but.known.account)
  const name = ({ verb, key }: WantedChange) => `the key ${key} (${verb})`

  function rowOf({ known, key }: WantedChange): Promise<BookingKeyRow | null> {
    return store.bookingKeys.get(known.id, hash('sha256', key, 'base64url'))
  }

  function checkMade(change: WantedChange): void {
    if (change.verb === 'cancel') return
    const made = madeOf(change)
    if (made.length > 1)
      reportViolation('booked_once', `${name(change)} made ${made.map(({ id }) => id).join(' and ')}`)
    const old = oldOf(change)
    if (old?.isCancelled && made.length === 0 && !isCancelledByOthers(old.id, change))
      reportViolation('rebooked', `${name(change)} cancelled ${old.id} and left none`)
    if (results.get(change)?.kind === 'refused' && made.length > 0)
      reportViolation('refused_stays', `${name(change)} was refused, and made ${made[0]?.id}`)
  }

  function checkRow(change: WantedChange, row: BookingKeyRow): void {
    const { state, reason, booking } = row
    if (state === 'begun') reportViolation('keys_end', `${name(change)} has never ended`)
    if (state === 'unknown' && reason === null)
      reportViolation('keys_end', `${name(change)} is unknown without a reason`)
    const made = madeOf(change)
    if (state === 'refused' && change.verb !== 'cancel' && made.length > 0)
      reportViolation('told_truth', `${name(change)} says refused, and made ${made[0]?.id}`)
    if (state !== 'done') return
    const found = placeOf(change).bookings.find(({ id }) => id === booking)
    const isOfIt = change.verb === 'cancel' ? found?.isCancelled : found !== undefined && made.includes(found)
    if (!isOfIt) reportViolation('told_truth', `${name(change)} says done and names ${booking}`)
    if (change.verb === 'reschedule' && oldOf(change)?.isCancelled === false)
      reportViolation('rebooked', `${name(change)} says done, and ${change.of} still stands`)
  }

  return {
    wanted,
    want: (change) => void wanted.push(change),
    told(change, what) {
      const before = results.get(change)
      results.set(change, what)
      const isFinal = before && before.kind !== 'half'
      if (isFinal && !isDeepStrictEqual(before, what))
        reportViolation(
          before.kind === 'refused' ? 'refused_stays' : 'told_truth',
          `${name(change)} was ${before.kind}, then ${what.kind}`,
        )
      if (what.kind !== 'done') return
      const found = placeOf(change).bookings.find(({ id }) => id === what.booking)
      const isOfIt =
        change.verb === 'cancel' ? found?.isCancelled : found !== undefined && madeOf(change).includes(found)
      if (!isOfIt) reportViolation('told_truth', `a caller of ${name(change)} got ${what.booking}`)
    },
    check() {
      const state = wanted.map((change) => `${placeOf(change).bookings.map(({ isCancelled }) => isCancelled)}`).join()
      if (state === seen) return
      seen = state
      for (const change of wanted) checkMade(change)
    },
    async open() {
      for (const change of wanted) {
        const row = await rowOf(change)
        if (row?.state === 'begun') return `${name(change)} has never ended`
      }
      return null
    },
    async checkEnd() {
      for (const change of wanted) {
        checkMade(change)
        const row = await rowOf(change)
        if (row) checkRow(change, row)
        // It is deleted after 30 days.
        else if (change.verb !== 'cancel' && madeOf(change).length > 0 && now() - change.wantedAt < 25 * dayMs)
          reportViolation('told_truth', `${name(change)} is free, and made ${madeOf(change)[0]?.id}`)
      }
    },
  }
}
