// Fills a database with connected accounts, by statements of its own: thousands at once, sealed as the product seals.

import { systemRandom } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import { secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { TokenSet } from '../../src/core/tokens.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/host.ts'
import type { PostgresServer } from './server.ts'

export interface Seed {
  readonly schema: string
  readonly client: string
  readonly count: number
  /** The first account's number. Default: 0. */
  readonly from?: number
  /** Milliseconds from now at which account number `index` is due; `null`: never. */
  readonly dueInMs: (index: number) => number | null
  readonly tokens: (index: number) => TokenSet
}

const batch = 5000

/** Stores grants of generation 1, each with one connection and one history entry. */
export async function seed(server: Pick<PostgresServer, 'run'>, rows: Seed): Promise<void> {
  const { schema, client, count, from = 0 } = rows
  const grants = createGrantRecords({
    store: { grants: {}, connections: {}, history: {} } as Pick<Store, 'grants' | 'connections' | 'history'>,
    vault: createVault(createKeyring([testKey]), systemRandom),
  })
  for (let first = from; first < from + count; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, from + count - first) }, (_, index) => first + index)
    const ids = numbers.map((index) => grantId(client, accountOf(index)))
    await server.run(
      `insert into ${schema}.grants (id, client, account_id, account_name, account_email, account_time_zone, scopes, status,
          tokens, spares, generation, expires_at, due_at, renew_at, lease_until, doubt, failures, retry_at, paced_at, used_at, created_at)
        select id, $1, account, 'Ada Lovelace', 'ada@example.com', 'Europe/London', '["users:read","event_types:read"]', 'live',
          tokens, '[]', 1, now + 7200000, now + due, now + due, 0, 0, 0, 0, 0, now, now
        from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) as given (id, account, tokens, due),
          (select cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint) as now) as clock`,
      [
        client,
        ids,
        numbers.map(accountOf),
        numbers.map(
          (index) =>
            grants.seal({ id: ids[index - first] ?? '', generation: 0, sealed: null }, rows.tokens(index), null).tokens,
        ),
        numbers.map(rows.dueInMs),
      ],
    )
    await server.run(
      `insert into ${schema}.connections (id, owner, client, account, grant_id, disconnected, created_at, updated_at)
        select 'connection_' || grant_id, 'owner of ' || account, $1, account, grant_id, 0, number, number
        from unnest($2::text[], $3::text[], $4::bigint[]) as given (grant_id, account, number)`,
      [client, ids, numbers.map(accountOf), numbers.map((index) => Date.UTC(2030, 0, 1) + index)],
    )
    await server.run(
      `insert into ${schema}.history (at, grant_id, connection, type, data)
        select $1, grant_id, 'connection_' || grant_id, 'connection.attached', '{"scopes":"users:read event_types:read"}'
        from unnest($2::text[]) as given (grant_id)`,
      [Date.UTC(2030, 0, 1), ids],
    )
  }
}

export function accountOf(index: number): string {
  return `https://api.example.com/users/${String(index).padStart(12, '0')}`
}

/** A token set as large as the providers' are. */
export function tokensOf(refreshToken: string): TokenSet {
  return { accessToken: secret('a'.repeat(600)), refreshToken: secret(refreshToken) }
}
