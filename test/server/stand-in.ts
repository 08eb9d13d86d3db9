// STAND-IN for what another branch brings.
import type { Punctual } from '../../src/index.ts'
import type { ApiHost } from '../../src/server/api/request/host.ts'

export function withFeed(punctual: Punctual): ApiHost & Punctual {
  return { ...punctual, events: { ...punctual.events, feed: async () => ({ events: [], cursor: '0' }) } }
}
