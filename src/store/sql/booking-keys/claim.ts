// Claiming a booking key: inserting it, or taking over one that nobody holds.

import { sql } from 'kysely'
import type { BookingKeyStore, NewBookingKey } from '../../../core/store/booking-keys.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { cutTooLong, isFree } from './lease.ts'
import { byPlace, type FoundKey, type Place, read, readings } from './row.ts'

type ClaimValues = NewBookingKey & { readonly leaseMs: number }

type Claimed = Awaited<ReturnType<BookingKeyStore['claim']>>

export function claimStatements(engine: Engine): Pick<BookingKeyStore, 'claim'> {
  const { now, leaseNow } = engine
  const find = byPlace(engine)
  const insert = statement(engine, (db, values: Placeholders<ClaimValues>) =>
    db
      .insertInto('booking_keys')
      .values({
        connection: values.connection,
        key: values.key,
        verb: values.verb,
        request_digest: values.requestDigest,
        request: values.request,
        state: 'begun',
        claim: 1,
        lease_until: after(leaseNow(), values.leaseMs),
        check_at: after(now(), values.leaseMs),
        created_at: now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .returning(readings(engine)),
  )
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
  /** `null`: the key was freed between two statements. */
  async function tryToClaim(values: ClaimValues): Promise<Claimed | null> {
    const inserted = await insert.first(values)
    if (inserted) return claimed(inserted, true, true)
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
