// Reading a live token.

import type { Connection } from 'punctual'
import { sqlite } from 'punctual/store/sqlite'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { accountsOf, benchClient, connectMany, openPunctual } from './setup.ts'

export interface ReadsInit {
  readonly url: string
  readonly folder: string
  readonly accounts: number
  /** For how long a token that was read may be used again; not given: the default. */
  readonly tokenMemoryMs?: number
}

async function connected({ url, folder, accounts, tokenMemoryMs }: ReadsInit) {
  const punctual = openPunctual(
    { store: sqlite(`${folder}/punctual.db`), clients: [benchClient(url)] },
    tokenMemoryMs === undefined ? {} : { tokenMemoryMs },
  )
  const ids = await connectMany(punctual, 'bench', accountsOf(accounts))
  return { punctual, ids, close: () => punctual.stop() }
}

/** `token()` of connections that the application holds. */
export const heldToken: Setup<ReadsInit> = async (init) => {
  const { punctual, ids, close } = await connected(init)
  const connections = await Promise.all(ids.map((id) => punctual.connections.get(id)))
  const round = loop(async (index) => {
    const { accessToken } = await (connections[index % connections.length] as Connection).token()
    if (accessToken.length < 600) throw new Error('no token')
  })
  return { round, close }
}

/** `connections.get(id)` and its `token()`. */
export const getAndToken: Setup<ReadsInit> = async (init) => {
  const { punctual, ids, close } = await connected(init)
  const round = loop(async (index) => {
    const connection = await punctual.connections.get(ids[index % ids.length] ?? '')
    const { accessToken } = await connection.token()
    if (accessToken.length < 600) throw new Error('no token')
  })
  return { round, close }
}
