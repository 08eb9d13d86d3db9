// Starts the provider's process and talks to it.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ProviderCounts, ProviderSettings } from '../provider/server.ts'

export interface ProviderProcess {
  readonly url: string
  /** What is not given has its default again. */
  set(settings: ProviderSettings): Promise<void>
  /** Returns the counts, and begins again at zero. */
  counts(): Promise<ProviderCounts>
  end(): void
}

export async function startProvider(): Promise<ProviderProcess> {
  const child = fork(join(import.meta.dirname, '../provider/server.ts'))
  const [port] = (await once(child, 'message')) as [number]
  const ask = async (message: ProviderSettings | 'count'): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(message)
    return (await answer)[0]
  }
  return {
    url: `http://127.0.0.1:${port}`,
    set: async (settings) => void (await ask(settings)),
    counts: async () => (await ask('count')) as ProviderCounts,
    end: () => void child.kill(),
  }
}
