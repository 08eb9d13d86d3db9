// Many callers of one connection whose token has ended.

import type { Setup } from '../harness/contender.ts'
import { benchClient, connect, openPunctual } from './setup.ts'
import { storeAt } from './store-at.ts'

export const stampede: Setup<{ url: string; folder: string; account: string }> = async ({ url, folder, account }) => {
  const punctual = openPunctual({ store: storeAt({ file: `${folder}/punctual.db` }), clients: [benchClient(url)] })
  let id = ''
  return {
    connect: () => connect(punctual, 'bench', account),
    load: async (connection: string) => {
      id = connection
      await punctual.connections.get(id)
    },
    ask: async (callers: number) => {
      const connection = await punctual.connections.get(id)
      const asked = await Promise.allSettled(Array.from({ length: callers }, () => connection.token()))
      return asked.filter(({ status }) => status === 'rejected').length
    },
    close: () => punctual.stop(),
  }
}
