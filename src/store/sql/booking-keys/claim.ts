// Claiming a booking key that nobody holds: beginning it, or taking it over.

import { sql } from 'kysely'
import type { BookingKeyStore, NewBookingKey } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { cutTooLong, isFree } from './lease.ts'
import { byPlace, type FoundKey, type Place, read, readings } from './row.ts'

type ClaimValues = NewBookingKey & { readonly leaseMs: number }

const nothingYet = { reason: null, booking: null, sent_at: null, sent_at_of_leases: null }

type Claimed = Awaited<ReturnType<BookingKeyStore['claim']>>

export function claimStatements(engine: Engine): Pick<BookingKeyStore, 'claim'> {
  const { now, leaseNow } = engine
  const find = byPlace(engine)
  const begin = statement(engine, (db, values: Placeholders<ClaimValues>) => {
    const begun = {
      verb: values.verb,
      request_digest: values.requestDigest,
      request: values.request,
      lease_until: after(leaseNow(), values.leaseMs),
      check_at: after(now(), values.leaseMs),
      created_at: now(),
      created_at_of_leases: leaseNow(),
    }
    // A claim's number never comes again: a process that was suspended with an old claim may still name it.
    return db
      .insertInto('booking_keys')
      .values({ connection: values.connection, key: values.key, state: 'begun', claim: 1, ...begun })
      .onConflict((conflict) =>
        conflict
          .columns(['connection', 'key'])
          .doUpdateSet({ ...nothingYet, claim: sql`${sql.ref('booking_keys.claim')} + 1`, ...begun })
          .where('booking_keys.state', '=', 'begun')
          .where('booking_keys.step', 'is', null)
          .where(isFree(engine)),
      )
      .returningAll()
      .returning(readings(engine))
  })
  const takeOver = statement(engine, (db, values: Placeholders<ClaimValues>) =>
    db
      .updateTable('booking_keys')
      .set({
        claim: sql`claim + 1`,
        lease_until: after(leaseNow(), values.leaseMs),
        check_at: after(now(), values.leaseMs),
      })
      .where('connection', '=', values.connection)
      .where('key', '=', values.key)
      .where('verb', '=', values.verb)
      .where('request_digest', '=', values.requestDigest)
      .where('state', 'in', ['begun', 'unknown'])
      .where(isFree(engine))
      .returningAll()
      .returning(readings(engine)),
  )
  const cutLease = statement(engine, (db, { connection, key }: Placeholders<Place>) =>
    cutTooLong(engine, db).where('connection', '=', connection).where('key', '=', key),
  )
  /** `null`: the row was deleted between two statements. */
  async function tryToClaim(values: ClaimValues): Promise<Claimed | null> {
    const begun = await begin.first(values)
    if (begun) return claimed(begun, true, true)
    const taken = await takeOver.first(values)
    if (taken) return claimed(taken, true, false)
    await cutLease.all(values)
    const found = await find.first(values)
    return found ? claimed(found, false, false) : null
  }

  return {
    async claim(key, leaseMs) {
      for (;;) {
        const claim = await tryToClaim({ ...key, leaseMs })
        if (claim) return claim
      }
    },
  }
}

function claimed(row: FoundKey, isMine: boolean, isNew: boolean): Claimed {
  return { row: read(row), isMine, isNew }
}
