// The options of the Postgres store, checked once. No message about the database contains its password.

import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../core/clock.ts'
import { invalidArgument } from '../../core/errors.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. Everything that `pg` reads from such an address may be in it. */
  readonly url: string
  /** The schema that holds Punctual's tables; created if it does not exist. Default: `punctual`. */
  readonly schema?: string
  /** Most connections of this process. Default: 10. */
  readonly connections?: number
  /** Milliseconds after which a statement counts as lost and its connection is dropped. Default: 10 000. */
  readonly statementTimeout?: number
  /** Milliseconds to wait for a connection, a new one or a free one. Default: 5000. */
  readonly connectTimeout?: number
  /**
   * Whether callers that wait learn of another replica's refresh by LISTEN/NOTIFY instead of by the next poll. This
   * uses one more connection, and works only without a transaction-mode pooler. Default: true.
   */
  readonly notify?: boolean
  /** TLS, where the address does not say it (`sslmode`). */
  readonly ssl?: boolean | ConnectionOptions
  /** A clock in place of the database's. For tests. */
  readonly clock?: Clock
}

export interface Settings {
  readonly url: string
  /** The database in words: host, port and name. */
  readonly where: string
  readonly schema: string
  readonly connections: number
  readonly statementTimeout: number
  readonly connectTimeout: number
  readonly notify: boolean
  readonly ssl: boolean | ConnectionOptions | undefined
  readonly clock: Clock | undefined
}

/** @throws {PunctualError} `invalid_argument` with a sentence that names the option. */
export function parseSettings(given: string | PostgresOptions): Settings {
  const options: PostgresOptions = typeof given === 'string' ? { url: given } : given
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('postgres(url) needs an address such as postgres://user:password@host:5432/database.')
  const { url, schema = 'punctual', notify = true, ssl, clock } = options
  const where = describe(url)
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw invalidArgument('postgres: "schema" must be a name in lower-case letters, digits and underscores.')
  return {
    url,
    where,
    schema,
    notify,
    ssl,
    clock,
    connections: whole('connections', options.connections ?? 10, 1, 1000),
    statementTimeout: whole('statementTimeout', options.statementTimeout ?? 10_000, 1, 600_000),
    connectTimeout: whole('connectTimeout', options.connectTimeout ?? 5000, 1, 600_000),
  }
}

function describe(url: unknown): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw invalidArgument('postgres(url) needs an address such as postgres://user:password@host:5432/database.')
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost'
  return `postgres://${host}${parsed.port && `:${parsed.port}`}${parsed.pathname}`
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  throw invalidArgument(`postgres: "${name}" must be a whole number from ${least} to ${most}.`)
}
