// Reading a booking key, and changing what is known about it.

import type { BookingKeyStore } from '../../../core/store/booking-keys.ts'
import type { BookingKeyRecord, Tables, Times } from '../engine/tables.ts'
import { find, put, read } from './row.ts'

export function changeOperations(tables: Tables, times: Times): Pick<BookingKeyStore, 'get' | 'underWay' | 'update'> {
  const { now, leaseNow } = times
  return {
    async get(connection, key) {
      const row = find(tables, connection, key)
      return row && read(row, times)
    },
    async underWay(connection, verb, limit) {
      const rows = [...tables.bookingKeys.values()].filter(
        (row) => row.connection === connection && row.verb === verb && row.state === 'begun' && row.step !== null,
      )
      rows.sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? -1 : 1))
      return rows.slice(0, limit).map((row) => read(row, times))
    },
    async update(connection, key, claim, { sentMsAgo, release, checkInMs, ...change }) {
      const row = find(tables, connection, key)
      if (row?.claim !== claim) return false
      const isOver = change.state !== undefined && change.state !== 'begun'
      const changed: BookingKeyRecord = {
        ...row,
        ...change,
        leaseUntil: release ? 0 : row.leaseUntil,
        checkAt: isOver ? null : row.checkAt,
      }
      put(tables, {
        ...changed,
        ...(sentMsAgo !== undefined && {
          sentAt: now() - Math.round(sentMsAgo),
          sentAtOfLeases: leaseNow() - Math.round(sentMsAgo),
        }),
        ...(checkInMs !== undefined && { checkAt: checkInMs === null ? null : now() + Math.round(checkInMs) }),
      })
      return true
    },
  }
}
