// The connection that a command names.

import type { Connection } from '../../connection.ts'
import type { ConnectionFacts } from '../../core/connection.ts'
import type { Punctual } from '../../punctual.ts'

export interface NamedConnection {
  readonly id: string
  /** Only if it is this owner's. */
  readonly owner?: string
}

/** @throws {PunctualError} `connection_not_found` */
export function connectionOf(punctual: Punctual, { id, owner }: NamedConnection): Promise<Connection> {
  return punctual.connections.get(id, owner === undefined ? {} : { owner })
}

/** Without the functions that use it. */
export function factsOf(connection: ConnectionFacts): ConnectionFacts {
  const { id, owner, client, account, scopes, status, reason, createdAt, updatedAt } = connection
  return { id, owner, client, account, scopes, status, reason, createdAt, updatedAt }
}

/** The account for a person. */
export function accountText({ name, email, id }: ConnectionFacts['account']): string {
  if (name !== null && email !== null) return `${name} <${email}>`
  return name ?? email ?? id
}

export function statusText({ status, reason }: Pick<ConnectionFacts, 'status' | 'reason'>): string {
  return reason === null ? status : `${status} (${reason})`
}
