// The record of what a user has granted to a client: written when tokens are issued, ended when they are revoked.

import { digest } from './seal.ts'
import type { GrantRow, State } from './state.ts'

/** The grant's id: the same for the same user and client, whatever happens to its tokens. */
export function grantId(provider: GrantRow['provider'], client: string, account: string): string {
  return `${provider}-${account}-${digest(client).slice(0, 8)}`
}

/** Records that tokens were issued; times in milliseconds. */
export function recordIssue(
  state: State,
  issue: Pick<
    GrantRow,
    'provider' | 'client' | 'account' | 'scopes' | 'renewedAt' | 'accessExpiresAt' | 'refreshExpiresAt'
  >,
): void {
  const id = grantId(issue.provider, issue.client, issue.account)
  const before = state.grants[id]
  const createdAt = before === undefined || before.endedAt !== null ? issue.renewedAt : before.createdAt
  state.grants[id] = { ...issue, id, createdAt, endedAt: null, reason: null }
}

/** Records that no token of the grant works any more. */
export function recordEnd(
  state: State,
  grant: { provider: GrantRow['provider']; client: string; account: string },
  at: number,
  reason: string,
): void {
  const row = state.grants[grantId(grant.provider, grant.client, grant.account)]
  if (row !== undefined && row.endedAt === null) {
    row.endedAt = at
    row.reason = reason
  }
}
