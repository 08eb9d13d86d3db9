// The options of the Postgres store, checked once. No message about the database contains its password.

import type { ConnectionOptions } from 'node:tls'
import { anything, type Checks, checkOptions, flag, optional, valueError, whole } from '../../core/check.ts'
import type { Clock } from '../../core/clock.ts'

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
  /**
   * Whether the server keeps the statements that run often, parsed and planned, for each connection. This is faster,
   * and works only without a transaction-mode pooler. Default: false.
   */
  readonly preparedStatements?: boolean
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
  readonly preparedStatements: boolean
  readonly ssl: boolean | ConnectionOptions | undefined
  readonly clock: Clock | undefined
}

const checks: Checks<PostgresOptions> = {
  url: isUrl,
  schema: optional((value) =>
    typeof value === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(value)
      ? null
      : 'must be a name in lower-case letters, digits and underscores',
  ),
  connections: optional(whole(1, 1000)),
  statementTimeout: optional(whole(1, 600_000, 'milliseconds')),
  connectTimeout: optional(whole(1, 600_000, 'milliseconds')),
  notify: optional(flag),
  preparedStatements: optional(flag),
  ssl: optional((value) =>
    ['boolean', 'object'].includes(typeof value) ? null : 'must be true, false, or options of TLS',
  ),
  clock: optional(anything),
}

/**
 * `place`: the function that was given them.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export function parseSettings(given: string | PostgresOptions, place = 'postgres'): Settings {
  const options: PostgresOptions = typeof given === 'string' ? { url: given } : given
  if (typeof options !== 'object' || options === null) throw valueError(place, 'url', mustBeUrl)
  checkOptions(place, options, checks)
  const { url, schema = 'punctual', notify = true, preparedStatements = false, ssl, clock } = options
  const { connections = 10, statementTimeout = 10_000, connectTimeout = 5000 } = options
  return {
    url,
    where: describe(new URL(url)),
    schema,
    notify,
    preparedStatements,
    ssl,
    clock,
    connections,
    statementTimeout,
    connectTimeout,
  }
}

const mustBeUrl = 'must be an address such as postgres://user:password@host:5432/database'

function isUrl(value: unknown): string | null {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url && /^postgres(ql)?:$/.test(url.protocol) ? null : mustBeUrl
}

function describe(url: URL): string {
  const host = url.hostname || url.searchParams.get('host') || 'localhost'
  return `postgres://${host}${url.port && `:${url.port}`}${url.pathname}`
}
