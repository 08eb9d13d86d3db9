// A subscription's row as it is read.

import type { Selectable } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { SubscriptionRow } from '../../../core/store/subscriptions.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import { listOf } from '../engine/json.ts'
import type { SubscriptionTable } from '../engine/tables.ts'

export function read(row: Selectable<SubscriptionTable> & { readonly read_at: number }): SubscriptionRow {
  return {
    id: row.id,
    connection: row.connection,
    client: row.client,
    account: row.account,
    scope: row.scope,
    current: row.current === 1,
    events: listOf(row.events),
    secrets: row.secrets,
    reference: row.reference,
    state: row.state,
    detail: row.detail,
    checkAt: believedTime(row.check_at, row.read_at, longestSpans.check),
    createdAt: row.created_at,
    removedAt: row.removed_at,
    readAt: row.read_at,
  }
}
