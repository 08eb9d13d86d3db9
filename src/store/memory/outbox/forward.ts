// Writing an event for several destinations.

import type { OutboxStore } from '../../../core/store/outbox.ts'
import { append } from '../changes/append-events.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { heads } from './lease.ts'
import { eventsFor, publicIdOf, putEvent } from './row.ts'

export function forwardOperation(tables: Tables, now: Now): Pick<OutboxStore, 'forward'> {
  return {
    async forward(destinationsOf, limit) {
      const at = now()
      const due = heads(eventsFor(tables, ''), at)
        .filter(({ dueAt }) => dueAt <= at)
        .sort((a, b) => a.dueAt - b.dueAt || a.head.serial - b.head.serial)
        .slice(0, limit)
        .sort((a, b) => a.head.serial - b.head.serial)
      for (const { head } of due) {
        for (const destination of destinationsOf(head.type))
          append(tables, at, { ...head, destination, event: publicIdOf(head) }, at)
        putEvent(tables, { ...head, state: 'forwarded', body: null, leaseOwner: null, endedAt: at })
      }
      return due.length
    },
  }
}
