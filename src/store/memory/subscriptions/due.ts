// When a subscription is checked at the provider: taking those that are due, and making them due at once.

import type { SubscriptionStore } from '../../../core/store/subscriptions.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { checkAtOf, notRemoved, put, read } from './row.ts'

export function dueOperations(tables: Tables, now: Now): Pick<SubscriptionStore, 'takeDue' | 'hasten'> {
  return {
    async takeDue(limit, hideForMs) {
      const at = now()
      const due = notRemoved(tables)
        .map((row) => ({ ...row, checkAt: checkAtOf(row, at) }))
        .filter((row) => row.checkAt <= at)
        .sort((a, b) => a.checkAt - b.checkAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => ({ ...row, checkAt: at + Math.round(hideForMs) }))
      for (const row of due) put(tables, row)
      return due.map((row) => read(row, at))
    },
    async hasten(connection) {
      const at = now()
      for (const row of notRemoved(tables))
        if (row.connection === connection) put(tables, { ...row, checkAt: Math.min(row.checkAt, at) })
    },
  }
}
