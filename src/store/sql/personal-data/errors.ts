// The error groups that the connections of one owner have touched, and those whose sentence names the owner.

import { removeTouched } from '../ended/remove.ts'
import type { Engine } from '../engine/engine.ts'
import type { ReachedRows } from './activity.ts'

export function errorsOf({ db, write }: Engine): ReachedRows {
  const groups = ['id', 'code', 'reason', 'client', 'sentence', 'first_at as firstAt', 'last_at as lastAt'] as const

  async function connectionsOf(owner: string): Promise<string[]> {
    const rows = await db.selectFrom('connections').select('id').where('owner', '=', owner).execute()
    return rows.map(({ id }) => id)
  }

  /** Texts by which a sentence can name the owner, a connection or its account. */
  async function namesOf(owner: string, connections: readonly string[]): Promise<string[]> {
    const rows = await db
      .selectFrom('connections')
      .innerJoin('grants', 'grants.id', 'connections.grant_id')
      .select(['account_id', 'account_name', 'account_email'])
      .where('connections.owner', '=', owner)
      .execute()
    const facts = rows.flatMap((row) => [row.account_id, row.account_name, row.account_email])
    return [owner, ...connections, ...facts].filter((text) => text !== null && text.length > 3) as string[]
  }

  /** There are a few hundred groups at most. */
  async function groupsOf(owner: string) {
    const connections = await connectionsOf(owner)
    const touched =
      connections.length === 0
        ? []
        : await db.selectFrom('error_connections').select('error').where('connection', 'in', connections).execute()
    const ids = new Set(touched.map(({ error }) => error))
    const names = await namesOf(owner, connections)
    const all = await db.selectFrom('error_groups').select(groups).orderBy('id').execute()
    const naming = all.filter(({ sentence }) => names.some((name) => sentence.includes(name)))
    return { connections, naming, mine: all.filter((group) => ids.has(group.id) || naming.includes(group)) }
  }

  return {
    count: async (owner) => (await groupsOf(owner)).mine.length,
    async read(owner, from, limit) {
      const { mine } = await groupsOf(owner)
      return mine.slice(from, from + limit).map(({ id: _, ...group }) => group)
    },
    async erase(owner) {
      const { connections, naming, mine } = await groupsOf(owner)
      await write(async (trx) => {
        for (const connection of connections) await removeTouched(trx, connection)
        const ids = naming.map(({ id }) => id)
        if (ids.length === 0) return
        await trx.deleteFrom('error_connections').where('error', 'in', ids).execute()
        await trx.deleteFrom('error_groups').where('id', 'in', ids).execute()
      })
      return mine.length
    },
  }
}
