// When a subscription is checked at the provider: taking those that are due, and making them due at once.

import type { SubscriptionStore } from '../../../core/store/subscriptions.ts'
import type { Engine } from '../engine/engine.ts'
import { hideDue, takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { read } from './row.ts'

export function dueStatements(engine: Engine): Pick<SubscriptionStore, 'takeDue' | 'hasten'> {
  const { db, now } = engine
  return {
    takeDue: (limit, hideForMs) =>
      takeDueOrTooFarAhead(engine, 'subscriptions', limit, async () => {
        const rows = await hideDue(
          engine,
          'subscriptions',
          (subscriptions) => subscriptions.where('removed_at', 'is', null).where('check_at', '<=', now()),
          limit,
          hideForMs,
        )
          .returningAll()
          .returning(now().as('read_at'))
          .execute()
        return rows.map(read)
      }),
    async hasten(connection) {
      await db
        .updateTable('subscriptions')
        .set({ check_at: now() })
        .where('connection', '=', connection)
        .where('removed_at', 'is', null)
        .where('check_at', '>', now())
        .execute()
    },
  }
}
