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
import type { StoreClock } from './world.ts'

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
  /** A caller asks for it. Returns what to call with what that caller is told. */
  asked(change: WantedChange): (what: Told) => void
  check(): void
  /** Keys that have not ended yet, as a sentence; `null`: all have. */
  open(): Promise<string | null>
  /** Whether that key may have been deleted by now: 30 days after it was used, by the store's clock. */
  mayBeForgotten(change: WantedChange): boolean
  /** The last check: all keys have had their time. */
  checkEnd(): Promise<void>
}

const forgottenMs = 25 * 86_400_000
/** A request may wait at a gateway for a minute, and leaves half a minute after the last look at the latest. */
const longestOnWayMs = 150_000

export function createBookingChecker(
  now: () => number,
  provider: SimulatedProvider,
  store: Store,
  storeClock: StoreClock,
  reportViolation: ReportViolation,
): BookingChecker {
  const wanted: WantedChange[] = []
  const results = new Map<WantedChange, Told>()
  const facts = factsOf(provider)
  let seen = ''
  const checkMade = (change: WantedChange) => checkWhatWasMade(change, { wanted, facts, results, reportViolation })
  /** `null`: the key is free. */
  async function rowOf({ known, key }: WantedChange): Promise<BookingKeyRow | null> {
    const row = await store.bookingKeys.get(known.id, hash('sha256', key, 'base64url'))
    return row && (row.state !== 'begun' || row.step !== null || row.checkAt !== null) ? row : null
  }

  function mayBeForgotten({ wantedAt }: WantedChange): boolean {
    return now() + storeClock.largestStepMs - wantedAt > forgottenMs
  }

  return {
    wanted,
    mayBeForgotten,
    want: (change) => void wanted.push(change),
    asked(change) {
      const isDone = results.get(change)?.kind === 'done'
      return (what) => {
        const before = results.get(change)
        // One who asked before it was done may have looked before that too: what is half done says that it is not known.
        if (what.kind === 'half' && before?.kind === 'done' && !isDone) return
        results.set(change, what)
        const sentence = `${nameOf(change)} was ${before?.kind}, then ${what.kind}`
        if (before && before.kind !== 'half' && !isDeepStrictEqual(before, what))
          reportViolation(before.kind === 'refused' ? 'refused_stays' : 'told_truth', sentence)
        if (what.kind === 'done' && !facts.isDone(change, what.booking))
          reportViolation('told_truth', `a caller of ${nameOf(change)} got ${what.booking}`)
      }
    },
    check() {
      const state = wanted.map((change) => facts.bookingsOf(change).map(({ isCancelled }) => isCancelled)).join()
      if (state === seen) return
      seen = state
      for (const change of wanted) checkMade(change)
    },
    async open() {
      for (const change of wanted) if ((await rowOf(change))?.state === 'begun') return nameOf(change)
      return null
    },
    async checkEnd() {
      for (const change of wanted) {
        checkMade(change)
        const row = await rowOf(change)
        if (row) checkRow(change, row, facts, reportViolation)
        else if (facts.madeOf(change).length > 0 && !mayBeForgotten(change))
          reportViolation('told_truth', `${nameOf(change)} is free, and made ${facts.madeOf(change)[0]?.id}`)
      }
    },
  }
}

/** What the provider knows of a change. */
interface Facts {
  bookingsOf(change: WantedChange): readonly MadeBooking[]
  /** The bookings that were made for it. */
  madeOf(change: WantedChange): readonly MadeBooking[]
  oldOf(change: WantedChange): MadeBooking | undefined
  /** Whether that booking is what the change wanted. */
  isDone(change: WantedChange, id: string | null): boolean
}

function factsOf(provider: SimulatedProvider): Facts {
  const bookingsOf = ({ known }: WantedChange) => provider.bookingsOf(known.client, known.account).bookings
  const isOf = (change: WantedChange, { by, email, start }: MadeBooking) =>
    change.verb !== 'cancel' && by === 'api' && email === change.email && start === change.start
  return {
    bookingsOf,
    madeOf: (change) => bookingsOf(change).filter((booking) => isOf(change, booking)),
    oldOf: (change) => bookingsOf(change).find(({ id }) => id === change.of),
    isDone(change, id) {
      const found = bookingsOf(change).find((booking) => booking.id === id)
      return found !== undefined && (change.verb === 'cancel' ? found.isCancelled : isOf(change, found))
    },
  }
}

function nameOf({ verb, key }: WantedChange): string {
  return `${key} (${verb})`
}

interface Known {
  readonly wanted: readonly WantedChange[]
  readonly facts: Facts
  readonly results: ReadonlyMap<WantedChange, Told>
  readonly reportViolation: ReportViolation
}

/** Rules `booked_once`, `rebooked` and `refused_stays`, after each step. */
function checkWhatWasMade(change: WantedChange, { wanted, facts, results, reportViolation }: Known): void {
  const made = facts.madeOf(change)
  if (made.length > 1)
    reportViolation('booked_once', `${nameOf(change)} made ${made.map(({ id }) => id).join(' and ')}`)
  const old = facts.oldOf(change)
  const isByAnother = wanted.some(
    (one) => one !== change && one.of === change.of && one.known.account === change.known.account,
  )
  const late = made.find(({ createdAt }) => old?.ended && createdAt - old.ended.at > longestOnWayMs)
  if (change.verb === 'reschedule' && late)
    reportViolation('rebooked', `${nameOf(change)} made ${late.id} long after ${old?.id} had ended`)
  const isByGuest = old?.ended?.by === 'person'
  if (change.verb === 'reschedule' && old?.isCancelled && made.length === 0 && !isByAnother && !isByGuest)
    reportViolation('rebooked', `${nameOf(change)} cancelled ${old.id} and left none`)
  if (results.get(change)?.kind === 'refused' && made.length > 0)
    reportViolation('refused_stays', `${nameOf(change)} was refused, and made ${made[0]?.id}`)
}

/** Rules `keys_end`, `told_truth` and `rebooked`, at the end. */
function checkRow(change: WantedChange, row: BookingKeyRow, facts: Facts, reportViolation: ReportViolation): void {
  const { state, reason, booking } = row
  const made = facts.madeOf(change)
  if (state === 'begun') reportViolation('keys_end', `${nameOf(change)} has never ended`)
  if (state === 'unknown' && reason === null)
    reportViolation('keys_end', `${nameOf(change)} is unknown without a reason`)
  if (state === 'refused' && made.length > 0)
    reportViolation('told_truth', `${nameOf(change)} says refused, and made ${made[0]?.id}`)
  if (state !== 'done') return
  if (!facts.isDone(change, booking)) reportViolation('told_truth', `${nameOf(change)} says done and names ${booking}`)
  if (change.verb === 'reschedule' && facts.oldOf(change)?.isCancelled === false)
    reportViolation('rebooked', `${nameOf(change)} says done, and ${change.of} still stands`)
}
