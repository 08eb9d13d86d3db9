// A client that the provider refuses pauses as a whole: none of its grants is to blame and none is tried, but for one
// probe at a time, until the provider takes the client again.

import type { ClientStore } from '../core/store.ts'

export interface Pauses {
  /** `null`: go on. Else the client is paused, and the next probe is in `wait` ms. */
  hold(client: string): Promise<{ readonly wait: number; readonly reason: string } | null>
  /** Pauses the client. Answers the ms until the next probe. */
  begin(client: string, reason: string): Promise<number>
  /** Ends the pause, after an answer that shows that the client is accepted. */
  lift(client: string): Promise<void>
}

const firstProbe = 60_000
const lastProbe = 900_000

export function createPauses(parts: {
  readonly clients: ClientStore
  readonly report: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
}): Pauses {
  const probing = new Set<string>()
  return {
    async hold(client) {
      const pause = await parts.clients.paused(client)
      if (!pause) return null
      const next = Math.min(Math.max(pause.readAt - pause.since, firstProbe), lastProbe)
      if (pause.probeAt <= pause.readAt && (await parts.clients.probe(client, next))) {
        probing.add(client)
        return null
      }
      return { wait: Math.max(1, pause.probeAt - pause.readAt), reason: pause.reason }
    },
    async begin(client, reason) {
      probing.delete(client)
      if (await parts.clients.pause(client, reason, firstProbe)) parts.report.misconfigured(client, reason)
      return firstProbe
    },
    async lift(client) {
      if (probing.delete(client) && (await parts.clients.resume(client))) parts.report.recovered(client)
    },
  }
}
