// The border to Postgres: every failure becomes `store_unavailable`, with the SQLSTATE (or, where no server answered, a
// word for what happened) as the reason. A message of the server may hold values, so only the names of our own tables
// and columns are repeated from it.

import { PunctualError } from '../../core/errors.ts'
import { causeOf } from '../../core/foreign-error.ts'
import { isOfCertificate } from '../../core/http.ts'
import { nameIn } from '../sql/engine/name-in-message.ts'

// Classes and codes that can pass by themselves, or once a person has made room, promoted a standby or given access.
// https://www.postgresql.org/docs/18/errcodes-appendix.html
const passing = /^(08|40|53|57|58)...$|^(25006|55P03|55006|stale_plan)$/

// The session is of no more use: it ends, or it is on a server that has become a standby.
const endsSession = /^(08...|57P0.|25006|26000)$/

// Errors of the network, before or instead of an answer of Postgres.
const networkCode = /^(E[A-Z_]+|timeout|connection_lost|no_connection)$/

/** The SQLSTATE of an error, `stale_plan`, the network's code for it, or `connection_lost`. */
export function codeOf(error: unknown): string {
  if (error instanceof PunctualError) return error.reason ?? 'unknown'
  const { code, errors, message } = (error ?? {}) as { code?: unknown; errors?: unknown; message?: unknown }
  // Of a statement that the server keeps: a migration has changed the columns that it returns.
  if (code === '0A000' && message === 'cached plan must not change result type') return 'stale_plan'
  if (typeof code === 'string') return code
  // Node tries every address of a host and reports them together.
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0])
  return 'connection_lost'
}

/** Whether the connection on which the error came up must not be used again. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  return networkCode.test(code) || endsSession.test(code)
}

/**
 * Whether the same statement or transaction can be tried again at once: it lost against another one, or its plan is
 * stale, and it has changed nothing.
 */
export function isConflict(error: unknown): boolean {
  return /^(40001|40P01|stale_plan)$/.test(codeOf(error))
}

/** A failed statement as the error that the store rejects with. */
export function failure(where: string, error: unknown): PunctualError {
  if (error instanceof PunctualError) return error
  const reason = codeOf(error)
  return new PunctualError('store_unavailable', `${where} ${sentence(reason, nameOf(error))}.`, {
    reason,
    retryable: passing.test(reason) || networkCode.test(reason),
    cause: causeOf(error),
  })
}

/** The error of an operation on a store that is not open, or closes before the operation has begun. */
export function notOpen(where: string): PunctualError {
  return new PunctualError('store_unavailable', `${where} is not open; call open(clock) first.`, {
    reason: 'not_open',
    retryable: true,
  })
}

/** The table, column or constraint that an error is about. */
function nameOf(error: unknown): string | null {
  const { message, table, column, constraint } = (error ?? {}) as Record<string, unknown>
  const missing = /^(?:column|relation) "?([\w.]+)"? (?:of relation "(\w+)" )?does not exist$/.exec(String(message))
  if (missing) return nameIn(missing[2] === undefined ? missing[1] : `${missing[2]}.${missing[1]}`)
  return nameIn(constraint) ?? nameIn(typeof column === 'string' ? `${table}.${column}` : table)
}

function sentence(reason: string, name: string | null): string {
  if (isOfCertificate(reason))
    return `has a certificate that is not trusted (${reason}); give the option ssl: { ca } the certificate of its authority`
  const about = name === null ? '' : ` about "${name}"`
  switch (reason) {
    case 'timeout':
      return 'did not answer a statement in time'
    case 'no_connection':
      return 'gave no connection in time; raise the option "connections", or the connections that the server allows'
    case 'connection_lost':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'has dropped the connection'
    case 'ECONNREFUSED':
      return 'refuses connections; start it, or correct the address'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot be found (${reason}); correct the name of its host`
    case '28000':
    case '28P01':
      return `refuses this user or password (${reason}); correct them in the address`
    case '3D000':
      return 'does not have this database (3D000); create it, or correct the address'
    case '42703':
    case '42P01':
      return `does not have ${reason === '42P01' ? 'the table' : 'the column'} ${name === null ? 'that this version needs' : `"${name}"`} (${reason}); undo what was changed in the schema, or restore a backup`
    case '42501':
      return 'does not let this user do that (42501); let it create a schema, or make it the owner of the schema of Punctual'
    case '25006':
      return 'accepts no writes (25006): it is a standby, or was made read-only; connect to the primary'
    case '53100':
      return 'has a full disk (53100); make room'
    case '53300':
      return 'has too many connections (53300); allow more, or put a pooler in front of it'
    default:
      return `refused a statement${about} (${reason})`
  }
}
