// Claiming a booking key: by a caller, and by the background when it is due for a check.

import { type RawBuilder, type SqlBool, sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely'
import type { BookingKeyStore, NewBookingKey } from '../../../core/store/booking-keys.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Database, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { Tables } from '../engine/tables.ts'
import { hideDue, takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { byPlace, type FoundKey, type Place, read, readings } from './row.ts'

type ClaimValues = NewBookingKey & { readonly leaseMs: number }

type Claimed = Awaited<ReturnType<BookingKeyStore['claim']>>

export function claimStatements(engine: Engine): Pick<BookingKeyStore, 'claim' | 'takeDue'> {
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
  const takeDue = statement(
    engine,
    (_, { limit, leaseMs }: Placeholders<{ readonly limit: number; readonly leaseMs: number }>) =>
      hideDue(engine, 'booking_keys', (rows) => rows.where('check_at', '<=', now()).where(isFree(engine)), limit, leaseMs)
        .set({ claim: sql`claim + 1`, lease_until: after(leaseNow(), leaseMs) })
        .returningAll()
        .returning(readings(engine)),
  )
  const cutDueLeases = statement(engine, (db) => cutTooLong(engine, db).where('check_at', '<=', now()))

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
    takeDue: (limit, leaseMs) =>
      takeDueOrTooFarAhead(engine, 'booking_keys', limit, async () => {
        const rows = await takeDue.all({ limit, leaseMs })
        if (rows.length === 0) await cutDueLeases.all({})
        return rows.map(read)
      }),
  }
}

function claimed(row: FoundKey, isMine: boolean, isNew: boolean): Claimed {
  return { row: read(row), isMine, isNew }
}

/** Whether nobody holds the claim of the row at hand, and no copy of the database has frozen it. */
function isFree({ now, leaseNow }: Engine): RawBuilder<SqlBool> {
  return sql<SqlBool>`(lease_until <= ${leaseNow()} and (frozen_until is null or frozen_until <= ${now()}))`
}

/** Shortens leases that would run for longer than a lease can. */
export function cutTooLong(
  { leaseNow }: Engine,
  db: Database,
): UpdateQueryBuilder<Tables, 'booking_keys', 'booking_keys', UpdateResult> {
  return db
    .updateTable('booking_keys')
    .set({ lease_until: after(leaseNow(), longestSpans.bookingLease) })
    .where('lease_until', '>', after(leaseNow(), longestSpans.bookingLease))
}
