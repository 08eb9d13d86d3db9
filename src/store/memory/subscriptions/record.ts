// Recording a subscription, reading it, and changing what is known about it.

import type { SubscriptionStore } from '../../../core/store/subscriptions.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { notRemoved, put, read } from './row.ts'

export function recordOperations(
  tables: Tables,
  now: Now,
): Pick<SubscriptionStore, 'insert' | 'get' | 'of' | 'failing' | 'update'> {
  const table = tables.subscriptions
  return {
    async insert(subscription, replaces, checkInMs) {
      const at = now()
      const { connection, scope } = subscription
      const place = [...table.values()].filter((row) => row.connection === connection && row.scope === scope)
      const taken = place.some((row) => row.current && row.state !== 'removed' && row.id !== replaces)
      if (taken || table.has(subscription.id)) return false
      for (const row of place) if (row.id === replaces) put(tables, { ...row, current: false })
      put(tables, {
        ...subscription,
        events: [...subscription.events],
        current: true,
        reference: null,
        state: 'creating',
        detail: null,
        checkAt: at + Math.round(checkInMs),
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
    async failing(limit) {
      return notRemoved(tables)
        .flatMap(({ id, connection, client, createdAt, detail }) =>
          detail === null ? [] : { id, connection, client, createdAt, detail },
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
    },
    async of(connection) {
      const at = now()
      return notRemoved(tables)
        .filter((row) => row.connection === connection)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
        .map((row) => read(row, at))
    },
    async update(id, from, { checkInMs, ...change }) {
      const at = now()
      const row = table.get(id)
      if (!row || !from.includes(row.state)) return false
      const state = change.state ?? row.state
      put(tables, {
        ...row,
        ...change,
        checkAt: checkInMs === undefined ? row.checkAt : at + Math.round(checkInMs),
        removedAt: state === 'removed' ? (row.removedAt ?? at) : null,
      })
      return true
    },
  }
}
