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
 * provider decides, the rest after it has: the answer is then lost, replaced or cut, or comes drop by drop.
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
  | 'dripping'

/** What becomes of a request, and how long each part of its way takes. */
export interface RequestFate {
  readonly fate: NetworkFate
  /** Ms until it leaves the process; the process may stand still meanwhile. */
  readonly connecting: number
  readonly transit: number
  readonly answer: number
  /** When its process stands still, in ms from the call; `null`: for no reason of its own. */
  readonly pauseAt: number | null
}

export interface Faults {
  /** From now on things go wrong; before, nothing does. */
  begin(): void
  /** From now on nothing goes wrong any more. */
  heal(): void
  readonly healed: boolean
  store(replica: number, kind: 'look' | 'write'): StoreFate
  /** `token`: whether it goes to the token endpoint, where more can go wrong. */
  network(client: string, token: boolean): RequestFate
  /** What the token endpoint's "too many" asks for. */
  retryAfter(): string
  journal(): StoreFate
  /** What becomes of a provider's delivery to us; `forged`: its signature is not right. */
  delivery(): { readonly lost: 'request' | 'answer' | null; readonly transit: number; readonly forged: boolean }
  /** Whether the replica dies at this very step. */
  crash(): boolean
  /** Whether the replica stands still at this very step, before it or after it. */
  pause(): 'before' | 'after' | null
  pauseLength(): { readonly ms: number; readonly forever: boolean }
  /** Begins an outage of so many ms. */
  storeAway(replica: number | null, ms: number): void
  providerAway(ms: number): void
  clientRefused(client: string, ms: number): void
  /** Answers and writes take long, for so many ms. */
  slow(ms: number): void
}

const networkFates: readonly NetworkFate[] = [
  ...(['never_left', 'reset_before', 'error_before', 'limited', 'invalid_client', 'lost', 'reset_after'] as const),
  ...(['page', 'error_after', 'cut_text', 'cut_stream', 'endless', 'dripping'] as const),
]

/** What servers have been seen to write into `Retry-After`. */
const oddRetryAfters = ['1796000000', '31536000', '99999999999999', 'Fri, 31 Dec 2100 23:59:59 GMT', '3600', '-5', '0']

/** `harsh`: processes stand still and answers come late, and often. */
export function createFaults(now: () => number, chance: Chance, harsh: boolean): Faults {
  const rate = (probability: number, highest: number) => (chance.odds(probability) ? chance.next() * highest : 0)
  const storeFails = rate(0.5, 0.12)
  const storeSlow = rate(0.6, 0.15)
  const networkFails = rate(0.7, 0.5)
  const networkSlow = rate(0.6, 0.4)
  const journalFails = rate(0.3, 0.5)
  const deliveryFails = rate(0.5, 0.4)
  const forges = rate(0.3, 0.2)
  const crashes = rate(0.6, 0.02)
  const answersLate = harsh ? 0.3 : rate(0.6, 0.3)
  const connectsSlowly = rate(0.3, 0.2)
  const pauses = rate(0.4, 0.01)
  const requestPauses = harsh ? 0.4 : rate(0.5, 0.4)
  const retryAfters = chance.odds(0.1) ? oddRetryAfters : null
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

  /** While it connects, right after it has left, or while the answer is on its way. */
  function pauseOn({ connecting, transit, answer }: Pick<RequestFate, 'connecting' | 'transit' | 'answer'>): number {
    switch (chance.weighted({ connecting: 3, left: 2, underWay: 4 })) {
      case 'connecting':
        return chance.between(0, connecting)
      case 'left':
        return connecting + 1
      case 'underWay':
        return connecting + chance.between(1, transit + answer)
    }
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
    network(client, token) {
      const near = { transit: chance.between(5, healed ? 40 : 300), answer: chance.between(5, healed ? 40 : 300) }
      const connecting = chance.between(0, 5)
      if (healed) return { fate: 'fine', connecting, ...near, pauseAt: null }
      const away = providerUntil > now()
      const late = chance.odds(crawling() ? 0.8 : networkSlow) ? chance.pick(['transit', 'answer']) : null
      const failing = away || (kinds.length > 0 && chance.odds(networkFails))
      const kind = away ? chance.pick(['never_left', 'error_before', 'reset_before', 'lost'] as const) : null
      const refused = (refusedUntil.get(client) ?? 0) > now()
      const way = {
        connecting: chance.odds(connectsSlowly) ? chance.between(5, 25_000) : connecting,
        transit: late === 'transit' ? slow() : near.transit,
        answer:
          late === 'answer'
            ? slow()
            : token && chance.odds(answersLate)
              ? chance.between(20_000, 110_000)
              : near.answer,
      }
      return {
        fate: refused ? 'invalid_client' : failing ? (kind ?? chance.pick(kinds)) : 'fine',
        ...way,
        pauseAt: token && chance.odds(requestPauses) ? pauseOn(way) : null,
      }
    },
    retryAfter: () => (retryAfters ? chance.pick(retryAfters) : '7'),
    journal() {
      const fails = !healed && chance.odds(journalFails) ? chance.pick(['before', 'after'] as const) : null
      return { transit: chance.between(0, 20), answer: 0, fails }
    },
    delivery() {
      const lost = !healed && chance.odds(deliveryFails) ? chance.pick(['request', 'answer'] as const) : null
      return { lost, transit: chance.between(0, healed ? 50 : 2000), forged: !healed && chance.odds(forges) }
    },
    crash: () => !healed && chance.odds(crashes),
    pause: () => (!healed && chance.odds(pauses) ? chance.pick(['before', 'after'] as const) : null),
    pauseLength() {
      const forever = chance.odds(0.1)
      switch (chance.weighted({ short: 3, deadline: 4, lease: 4, long: 3 })) {
        case 'short':
          return { ms: chance.between(100, 5000), forever }
        case 'deadline':
          return { ms: chance.between(5000, 29_000), forever }
        case 'lease':
          return { ms: chance.between(29_000, 60_000), forever }
        case 'long':
          return { ms: chance.between(60_000, 600_000), forever }
      }
    },
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
