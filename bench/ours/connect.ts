// Whole connect flows, one after the other, each of a new account.

import { sqlite } from 'punctual/store/sqlite'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { benchClient, connect, openPunctual } from './setup.ts'

export const connectFlow: Setup<{ url: string; folder: string; atOnce: number }> = async ({ url, folder, atOnce }) => {
  const punctual = openPunctual({ store: sqlite(`${folder}/punctual.db`), clients: [benchClient(url)] })
  const round = loop((index) => connect(punctual, 'bench', `account-${index}`), { atOnce })
  return { round, close: () => punctual.stop() }
}
