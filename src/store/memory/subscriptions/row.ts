// A subscription's row: those that are not removed, and what a reader gets.

import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { SubscriptionRow } from '../../../core/store/subscriptions.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { SubscriptionRecord, Tables } from '../engine/tables.ts'

/** All but the removed. */
export function notRemoved({ subscriptions }: Tables): SubscriptionRecord[] {
  return [...subscriptions.values()].filter((row) => row.state !== 'removed')
}

export function put({ subscriptions }: Tables, row: SubscriptionRecord): void {
  subscriptions.set(row.id, row)
}

export function read(row: SubscriptionRecord, readAt: number): SubscriptionRow {
  return structuredClone({ ...row, checkAt: checkAtOf(row, readAt), readAt })
}

export function checkAtOf({ checkAt }: SubscriptionRecord, at: number): number {
  return believedTime(checkAt, at, longestSpans.check)
}
