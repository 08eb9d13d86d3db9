// Whether the database is as the statements need it, and still the one to use. Only reads.

import { type Kysely, type SqlBool, sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import type { Engine } from './engine/engine.ts'
import { copyingOwner, noEvent, type Tables } from './engine/tables.ts'
import { frozenForGood } from './freeze.ts'

const columns: { readonly [Table in keyof Tables]: Readonly<Record<keyof Tables[Table], 1>> } = {
  attempts: {
    id: 1,
    client: 1,
    owner: 1,
    return_to: 1,
    state_hash: 1,
    nonce_hash: 1,
    verifier: 1,
    scopes: 1,
    reconnect: 1,
    another_account: 1,
    session: 1,
    phase: 1,
    code: 1,
    answer: 1,
    outcome: 1,
    created_at: 1,
    expires_at: 1,
    moved_at: 1,
  },
  grants: {
    id: 1,
    client: 1,
    account_id: 1,
    account_name: 1,
    account_email: 1,
    account_time_zone: 1,
    scopes: 1,
    tokens: 1,
    spares: 1,
    generation: 1,
    expires_at: 1,
    lifetime: 1,
    due_at: 1,
    renew_at: 1,
    status: 1,
    reason: 1,
    lease_owner: 1,
    lease_until: 1,
    intent: 1,
    doubt: 1,
    failures: 1,
    refusals: 1,
    refused_since: 1,
    retry_at: 1,
    paced_at: 1,
    used_at: 1,
    created_at: 1,
    closing_at: 1,
    closed_at: 1,
  },
  connections: {
    id: 1,
    owner: 1,
    client: 1,
    account: 1,
    grant_id: 1,
    disconnected: 1,
    needs_reconnect: 1,
    created_at: 1,
    updated_at: 1,
  },
  clients: {
    client: 1,
    credentials: 1,
    code: 1,
    reason: 1,
    witness: 1,
    confirmed: 1,
    since: 1,
    probe_at: 1,
  },
  history: { seq: 1, at: 1, grant_id: 1, connection: 1, type: 1, data: 1 },
  outbox: {
    seq: 1,
    destination: 1,
    event: 1,
    type: 1,
    subject: 1,
    order_at: 1,
    connection: 1,
    owner: 1,
    client: 1,
    data: 1,
    body: 1,
    key: 1,
    state: 1,
    late: 1,
    attempts: 1,
    first_at: 1,
    due_at: 1,
    error: 1,
    lease_owner: 1,
    ended_at: 1,
    created_at: 1,
  },
  feed: { position: 1, event: 1, type: 1, owner: 1, body: 1, created_at: 1 },
  feed_end: { id: 1, position: 1 },
  subjects: { subject: 1, destination: 1, due_at: 1, leased: 1 },
  subscriptions: {
    id: 1,
    connection: 1,
    client: 1,
    account: 1,
    scope: 1,
    current: 1,
    events: 1,
    secrets: 1,
    reference: 1,
    state: 1,
    detail: 1,
    check_at: 1,
    removed_at: 1,
    created_at: 1,
  },
  booking_keys: {
    connection: 1,
    key: 1,
    verb: 1,
    request_digest: 1,
    request: 1,
    state: 1,
    step: 1,
    reason: 1,
    booking: 1,
    claim: 1,
    sent_at: 1,
    sent_at_of_leases: 1,
    lease_until: 1,
    check_at: 1,
    frozen_until: 1,
    created_at: 1,
    created_at_of_leases: 1,
  },
  booking_links: { connection: 1, booking: 1, chain: 1, replaces: 1, replaced_by: 1, start: 1, created_at: 1 },
  connect_sessions: {
    id: 1,
    owner: 1,
    return_to: 1,
    clients: 1,
    connection: 1,
    another_account: 1,
    scopes: 1,
    attempt: 1,
    browser_hash: 1,
    connected: 1,
    revision: 1,
    created_at: 1,
    expires_at: 1,
  },
  api_keys: {
    id: 1,
    name: 1,
    scopes: 1,
    owner: 1,
    secret_hash: 1,
    replaced_hash: 1,
    replaced_until: 1,
    created_at: 1,
    last_used_at: 1,
    expires_at: 1,
    revoked_at: 1,
  },
  tallies: { kind: 1, at: 1, client: 1, outcome: 1, count: 1 },
  error_groups: {
    id: 1,
    code: 1,
    reason: 1,
    client: 1,
    count: 1,
    first_at: 1,
    last_at: 1,
    sentence: 1,
    connections: 1,
  },
  error_connections: { error: 1, connection: 1 },
  activity_log: { seq: 1, kind: 1, at: 1, client: 1, subject: 1, data: 1 },
  connection_terms: { term: 1, connection: 1 },
  ended_ids: { id: 1, generation: 1, at: 1 },
  health: { id: 1, at: 1 },
  sweeps: { kind: 1, since: 1, at: 1 },
  database_identity: { id: 1, identity: 1, has_escrow: 1 },
}

/**
 * @throws {PunctualError} `store_unavailable`, reason `held` while `punctual migrate` copies the database, `moved` once
 * it has.
 */
export async function check(engine: Engine, where: string): Promise<void> {
  await readColumns(engine)
  const grants = await engine.db
    .selectFrom('grants')
    .select(['lease_owner as holder', 'lease_until as until'])
    .select(({ eb }) => eb('lease_until', '>', engine.now()).as('runs'))
    // All grants that existed then are frozen, or none is.
    .orderBy('id')
    .limit(20)
    .execute()
  const subjects = await engine.db
    .selectFrom('subjects')
    .select(['leased as holder', 'due_at as until'])
    .select(({ eb }) => eb('due_at', '>', engine.now()).as('runs'))
    // An index has these alone.
    .where(sql<SqlBool>`leased = ${sql.lit(Number(noEvent))}`)
    .limit(1)
    .execute()
  const held = [
    ...grants.filter(({ holder, runs }) => holder === copyingOwner && Boolean(runs)),
    ...subjects.filter(({ holder, runs }) => String(holder) === noEvent && Boolean(runs)),
  ]
  if (held.length === 0) return
  const isOver = held.some(({ until }) => until === frozenForGood)
  throw new PunctualError(
    'store_unavailable',
    isOver
      ? `${where} has been copied to another database by "punctual migrate". Start with the new database.`
      : `${where} is being copied by "punctual migrate". Wait until that has ended, and start with the new database.`,
    { reason: isOver ? 'moved' : 'held', retryable: !isOver },
  )
}

/** Reads every column, of no row, in one statement. */
async function readColumns({ db }: Engine): Promise<void> {
  const any = db as unknown as Kysely<Record<string, Record<string, unknown>>>
  await any
    .selectNoFrom(({ exists, selectFrom, lit }) =>
      Object.entries(columns).map(([table, names]) =>
        exists(selectFrom(table).select(Object.keys(names)).where(lit(false))).as(table),
      ),
    )
    .execute()
}
