// What goes wrong, and how often: each history draws its own mixture, so that some know one kind of trouble only and
// some know all. Healed, nothing fails and nothing is slow.

import type { Chance } from './chance.ts'

/** What becomes of a store operation: when it takes effect, when its answer comes, and whether it fails on either side. */
export interface StoreFate {
  readonly transit: number
  readonly answer: number
  readonly fails: 'before' | 'after' | null
}

/**
 * What becomes of a request. `never_left` is known to the caller; the others up to `invalid_client` happen before the
 * provider decides, the rest after it has: the answer is then lost, replaced or cut.
 */
export type NetworkFate =
  | 'fine'
  | 'never_left'
  | 'reset_before'
  | 'error_before'
  | 'limited'
  | 'invalid_client'
  | 'lost'
  | 'reset_after'
  | 'page'
  | 'error_after'
  | 'cut_text'
  | 'cut_stream'
  | 'endless'

export interface Faults {
  /** From now on things go wrong; before, nothing does. */
  begin(): void
  /** From now on nothing goes wrong any more. */
  heal(): void
  readonly healed: boolean
  store(replica: number, kind: 'look' | 'write'): StoreFate
  network(client: string): { readonly fate: NetworkFate; readonly transit: number; readonly answer: number }
  journal(): StoreFate
  /** What becomes of a provider's delivery to us. */
  delivery(): { readonly lost: 'request' | 'answer' | null; readonly transit: number }
  /** Whether the replica dies at this very step. */
  crash(): boolean
  /** Begins an outage of so many ms. */
  storeAway(replica: number | null, ms: number): void
  providerAway(ms: number): void
  clientRefused(client: string, ms: number): void
  /** Answers and writes take long, for so many ms. */
  slow(ms: number): void
}

const networkFates: readonly NetworkFate[] = [
  ...(['never_left', 'reset_before', 'error_before', 'limited', 'invalid_client', 'lost', 'reset_after'] as const),
  ...(['page', 'error_after', 'cut_text', 'cut_stream', 'endless'] as const),
]

export function createFaults(now: () => number, chance: Chance): Faults {
  const rate = (probability: number, highest: number) => (chance.odds(probability) ? chance.next() * highest : 0)
  const storeFails = rate(0.5, 0.12)
  const storeSlow = rate(0.6, 0.15)
  const networkFails = rate(0.7, 0.5)
  const networkSlow = rate(0.6, 0.4)
  const journalFails = rate(0.3, 0.5)
  const deliveryFails = rate(0.5, 0.4)
  const crashes = rate(0.6, 0.02)
  const kinds = networkFates.filter((fate) => fate !== 'invalid_client' && chance.odds(0.4))
  const storeUntil = new Map<number | null, number>()
  const refusedUntil = new Map<string, number>()
  let providerUntil = 0
  let slowUntil = 0
  const crawling = () => slowUntil > now()
  let healed = true

  function slow(): number {
    if (crawling()) return chance.between(5000, 28_000)
    return chance.odds(0.5) ? chance.between(200, 4500) : chance.between(6000, 45_000)
  }
  function quick(most: number): number {
    return chance.odds(0.5) ? 0 : chance.between(1, most)
  }

  return {
    begin() {
      healed = false
    },
    heal() {
      healed = true
    },
    get healed() {
      return healed
    },
    store(replica, kind) {
      const near = kind === 'look' ? (chance.odds(0.7) ? 0 : chance.between(1, 4)) : chance.between(1, 4)
      if (healed) return { transit: near, answer: 0, fails: null }
      const away = Math.max(storeUntil.get(replica) ?? 0, storeUntil.get(null) ?? 0) > now()
      const late = chance.odds(crawling() && kind === 'write' ? 0.5 : storeSlow)
        ? chance.pick(['transit', 'answer'])
        : null
      const fails = away ? 'before' : chance.odds(storeFails) ? chance.pick(['before', 'after'] as const) : null
      return {
        transit: late === 'transit' ? slow() : near,
        answer: late === 'answer' ? slow() : near === 0 ? 0 : quick(4),
        fails,
      }
    },
    network(client) {
      if (healed) return { fate: 'fine', transit: chance.between(5, 40), answer: chance.between(5, 40) }
      const away = providerUntil > now()
      const late = chance.odds(crawling() ? 0.8 : networkSlow) ? chance.pick(['transit', 'answer']) : null
      const failing = away || (kinds.length > 0 && chance.odds(networkFails))
      const kind = away ? chance.pick(['never_left', 'error_before', 'reset_before', 'lost'] as const) : null
      const refused = (refusedUntil.get(client) ?? 0) > now()
      return {
        fate: refused ? 'invalid_client' : failing ? (kind ?? chance.pick(kinds)) : 'fine',
        transit: late === 'transit' ? slow() : chance.between(5, 300),
        answer: late === 'answer' ? slow() : chance.between(5, 300),
      }
    },
    journal() {
      const fails = !healed && chance.odds(journalFails) ? chance.pick(['before', 'after'] as const) : null
      return { transit: chance.between(0, 20), answer: 0, fails }
    },
    delivery() {
      const lost = !healed && chance.odds(deliveryFails) ? chance.pick(['request', 'answer'] as const) : null
      return { lost, transit: chance.between(0, healed ? 50 : 2000) }
    },
    crash: () => !healed && chance.odds(crashes),
    storeAway: (replica, ms) => void storeUntil.set(replica, now() + ms),
    providerAway(ms) {
      providerUntil = now() + ms
    },
    clientRefused: (client, ms) => void refusedUntil.set(client, now() + ms),
    slow(ms) {
      slowUntil = now() + ms
    },
  }
}
