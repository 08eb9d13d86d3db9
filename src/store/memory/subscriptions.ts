// Subscriptions in memory. Of a connection and scope at most one is current, but for the removed.

import { longestSpans } from '../../core/store/longest-spans.ts'
import type { SubscriptionRow, SubscriptionStore } from '../../core/store/subscriptions.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { isSteady, type Now, type SubscriptionRecord, type Tables } from './engine/tables.ts'

export function subscriptions(tables: Tables, now: Now): SubscriptionStore {
  const table = tables.subscriptions
  /** All but the removed. */
  const standing = () => [...table.values()].filter((row) => row.state !== 'removed')
  const put = (row: SubscriptionRecord) => void table.set(row.id, row)
  return {
    async insert(subscription, replaces, checkIn) {
      const at = now()
      const { connection, scope } = subscription
      const place = [...table.values()].filter((row) => row.connection === connection && row.scope === scope)
      const taken = place.some((row) => row.current && row.state !== 'removed' && row.id !== replaces)
      if (taken || table.has(subscription.id)) return false
      for (const row of place) if (row.id === replaces) put({ ...row, current: false })
      put({
        ...subscription,
        events: [...subscription.events],
        current: true,
        reference: null,
        state: 'creating',
        detail: null,
        checkAt: at + Math.round(checkIn),
        createdAt: at,
        removedAt: null,
      })
      return true
    },
    async get(id) {
      const at = now()
      const row = table.get(id)
      return row ? read(row, at) : null
    },
    async of(connection) {
      const at = now()
      return standing()
        .filter((row) => row.connection === connection)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
        .map((row) => read(row, at))
    },
    async update(id, from, { checkInMs: checkIn, ...change }) {
      const at = now()
      const row = table.get(id)
      if (!row || !from.includes(row.state)) return false
      const state = change.state ?? row.state
      put({
        ...row,
        ...change,
        checkAt: checkIn === undefined ? row.checkAt : at + Math.round(checkIn),
        removedAt: state === 'removed' ? (row.removedAt ?? at) : null,
      })
      return true
    },
    async takeDue(limit, hideFor) {
      const at = now()
      const due = standing()
        .map((row) => ({ ...row, checkAt: checkAtOf(row, at) }))
        .filter((row) => row.checkAt <= at)
        .sort((a, b) => a.checkAt - b.checkAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => ({ ...row, checkAt: at + Math.round(hideFor) }))
      for (const row of due) put(row)
      return due.map((row) => read(row, at))
    },
    async hasten(connection) {
      const at = now()
      for (const row of standing())
        if (row.connection === connection) put({ ...row, checkAt: Math.min(row.checkAt, at) })
    },
    async sweep(age, limit) {
      const at = now()
      if (!isSteady(tables, 'subscriptions', at)) return 0
      const ended = [...table.values()]
        .filter(({ removedAt }) => removedAt !== null && removedAt <= at - Math.round(age))
        .sort((a, b) => (a.removedAt ?? 0) - (b.removedAt ?? 0) || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      for (const row of ended) table.delete(row.id)
      return ended.length
    },
  }
}

function read(row: SubscriptionRecord, readAt: number): SubscriptionRow {
  return structuredClone({ ...row, checkAt: checkAtOf(row, readAt), readAt })
}

function checkAtOf({ checkAt }: SubscriptionRecord, at: number): number {
  return believedTime(checkAt, at, longestSpans.check)
}
