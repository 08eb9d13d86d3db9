// A token read by hand: one prepared statement, one AES-256-GCM, one JSON.parse.

import { DatabaseSync } from 'node:sqlite'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { newTokens } from '../provider/tokens.ts'
import { open, seal } from './seal.ts'

export const readToken: Setup<{ folder: string; accounts: number }> = async ({ folder, accounts }) => {
  const database = new DatabaseSync(`${folder}/limit.db`)
  database.exec('pragma journal_mode = wal; create table grants (id text primary key, tokens text not null)')
  const insert = database.prepare('insert into grants values (?, ?)')
  for (let index = 0; index < accounts; index++) {
    const { access_token: a, refresh_token: r } = newTokens(`account-${index}`, 1)
    insert.run(`grant-${index}`, seal('grants', `grant-${index}`, 'tokens', JSON.stringify({ a, r })))
  }
  const select = database.prepare('select tokens from grants where id = ?')
  const round = loop(
    (index) => {
      const id = `grant-${index % accounts}`
      const { tokens } = select.get(id) as { tokens: string }
      const { a } = JSON.parse(open('grants', id, 'tokens', tokens)) as { a: string }
      if (a.length < 600) throw new Error('no token')
    },
    { batch: 8 },
  )
  return { round, close: async () => database.close() }
}
