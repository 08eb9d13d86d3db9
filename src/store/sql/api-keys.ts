// API keys, each changed by one statement.

import { type Selectable, sql } from 'kysely'
import type { ApiKeyRow, ApiKeyStore, NewApiKey } from '../../core/store/api-keys.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { after, type Engine } from './engine/engine.ts'
import { listOf } from './engine/json.ts'
import type { Placeholders } from './engine/parameters.ts'
import type { ApiKeyTable } from './engine/service-tables.ts'
import { statement } from './engine/statement.ts'
import { sweepOld } from './engine/sweep-old.ts'

interface InsertValues extends Omit<NewApiKey, 'scopes'> {
  /** JSON list. */
  readonly scopes: string
  readonly lifetimeMs: number | null
}

export function apiKeys(engine: Engine): ApiKeyStore {
  const insert = statement(engine, (db, key: Placeholders<InsertValues>) =>
    db
      .insertInto('api_keys')
      .values({
        id: key.id,
        name: key.name,
        scopes: key.scopes,
        owner: key.owner,
        secret_hash: key.secretHash,
        replaced_hash: null,
        replaced_until: null,
        created_at: engine.now(),
        last_used_at: null,
        expires_at: after(engine.now(), key.lifetimeMs),
        revoked_at: null,
      })
      .returningAll()
      .returning(engine.now().as('read_at')),
  )
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('api_keys').selectAll().select(engine.now().as('read_at')).where('id', '=', id),
  )
  return {
    async insert({ scopes, ...key }, lifetimeMs) {
      const row = await insert.first({ ...key, scopes: JSON.stringify(scopes), lifetimeMs })
      if (row) return read(row)
      throw new Error('the row was not returned')
    },
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async list({ after: last, limit }) {
      const rows = await engine.db
        .selectFrom('api_keys')
        .selectAll()
        .select(engine.now().as('read_at'))
        .$if(last !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('created_at', 'id'), '>', tuple(last?.createdAt ?? 0, last?.id ?? '')),
          ),
        )
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
    ...changeStatements(engine),
    async sweep(ageMs, limit) {
      const swept = await sweepOld(engine, 'api_keys', 'revoked_at', ageMs, limit, true)
      return swept + (await sweepOld(engine, 'api_keys', 'expires_at', ageMs, limit - swept, true))
    },
  }
}

function changeStatements(engine: Engine): Pick<ApiKeyStore, 'rotate' | 'revoke' | 'touch'> {
  const { now } = engine
  const rotate = statement(
    engine,
    (db, values: Placeholders<{ readonly id: string; readonly secretHash: string; readonly graceMs: number }>) =>
      db
        .updateTable('api_keys')
        .set({
          secret_hash: values.secretHash,
          // What it was before this statement.
          replaced_hash: sql`secret_hash`,
          replaced_until: after(now(), values.graceMs),
        })
        .where('id', '=', values.id)
        .where('revoked_at', 'is', null)
        .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
        .returningAll()
        .returning(now().as('read_at')),
  )
  const revoke = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db
      .updateTable('api_keys')
      .set({ revoked_at: sql`coalesce(revoked_at, ${now()})` })
      .where('id', '=', id)
      .returningAll()
      .returning(now().as('read_at')),
  )
  /** `agoMs`: negative. */
  const touch = statement(engine, (db, values: Placeholders<{ readonly id: string; readonly agoMs: number }>) =>
    db
      .updateTable('api_keys')
      .set({ last_used_at: now() })
      .where('id', '=', values.id)
      .where(({ eb, or }) =>
        or([
          eb('last_used_at', 'is', null),
          eb('last_used_at', '<=', after(now(), values.agoMs)),
          // A wrong clock wrote it.
          eb('last_used_at', '>', now()),
        ]),
      ),
  )
  return {
    async rotate(id, secretHash, graceMs) {
      const row = await rotate.first({ id, secretHash, graceMs: Math.round(graceMs) })
      return row ? read(row) : null
    },
    async revoke(id) {
      const row = await revoke.first({ id })
      return row ? read(row) : null
    },
    async touch(id, everyMs) {
      await touch.all({ id, agoMs: -Math.round(everyMs) })
    },
  }
}

function read(row: Selectable<ApiKeyTable> & { readonly read_at: number }): ApiKeyRow {
  const until = row.replaced_until
  return {
    id: row.id,
    name: row.name,
    scopes: listOf(row.scopes),
    owner: row.owner,
    secretHash: row.secret_hash,
    replacedHash: row.replaced_hash,
    replacedUntil: until === null ? null : believedTime(until, row.read_at, longestSpans.replacedSecret),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    readAt: row.read_at,
  }
}
