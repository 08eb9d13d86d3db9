// What goes wrong, and how often: each history draws its own mixture, so that some meet one kind of fault and some meet
// all. Once healed, nothing fails and nothing is slow.

import type { Random } from './random.ts'

/** The fate of a store operation: when it takes effect, when its answer comes, and whether it fails before or after that. */
export interface StoreFate {
  readonly transit: number
  readonly answer: number
  readonly fails: 'before' | 'after' | null
}

/**
 * The fate of a request. `never_left` is known to the caller. The others up to `invalid_client` happen before the
 * provider decides, the rest after it has decided: the answer is then lost, replaced or cut, or comes in pieces.
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

/** The fate of a request, and how long each part of its way takes. */
export interface RequestFate {
  readonly fate: NetworkFate
  /** Ms until it leaves the process; the process may be paused meanwhile. */
  readonly connecting: number
  readonly transit: number
  readonly answer: number
  /** When its process is paused, in ms from the call; `null`: this request pauses it at no point. */
  readonly pauseAt: number | null
}

export interface Faults {
  /** Lets faults happen from now on. */
  begin(): void
  /** Lets no fault happen from now on. */
  heal(): void
  readonly healed: boolean
  store(replica: number, kind: 'look' | 'write'): StoreFate
  /** `token`: whether the request goes to the token endpoint, where more can go wrong. */
  network(client: string, token: boolean): RequestFate
  /** The `Retry-After` of the token endpoint's 429. */
  retryAfter(): string
  journal(): StoreFate
  /** The fate of a provider's delivery to us; `forged`: its signature is wrong. */
  delivery(): { readonly lost: 'request' | 'answer' | null; readonly transit: number; readonly forged: boolean }
  /** Whether the process dies at this step. */
  crash(): boolean
  /** Whether the process is paused before or after this step. */
  pause(): 'before' | 'after' | null
  pauseLength(): { readonly ms: number; readonly forever: boolean }
  /** Starts an outage of so many ms. */
  storeAway(replica: number | null, ms: number): void
  providerAway(ms: number): void
  clientRefused(client: string, ms: number): void
  /** Makes answers and writes slow, for so many ms. */
  slow(ms: number): void
}

const allNetworkFates: readonly NetworkFate[] = [
  'never_left',
  'reset_before',
  'error_before',
  'limited',
  'invalid_client',
  'lost',
  'reset_after',
  'page',
  'error_after',
  'cut_text',
  'cut_stream',
  'endless',
  'dripping',
]

/** Values that servers have been seen to write into `Retry-After`. */
const oddRetryAfters = ['1796000000', '31536000', '99999999999999', 'Fri, 31 Dec 2100 23:59:59 GMT', '3600', '-5', '0']

/** How often each fault happens, in one history. */
interface FaultRates {
  readonly storeFails: number
  readonly storeSlow: number
  readonly networkFails: number
  readonly networkSlow: number
  readonly journalFails: number
  readonly deliveryFails: number
  readonly forges: number
  readonly crashes: number
  readonly answersLate: number
  readonly connectsSlowly: number
  readonly pauses: number
  readonly requestPauses: number
  readonly retryAfters: readonly string[] | null
  /** The network faults that happen in the history. */
  readonly networkFates: readonly NetworkFate[]
}

function drawRates(random: Random, manyPauses: boolean): FaultRates {
  const rate = (probability: number, highest: number) => (random.odds(probability) ? random.next() * highest : 0)
  return {
    storeFails: rate(0.5, 0.12),
    storeSlow: rate(0.6, 0.15),
    networkFails: rate(0.7, 0.5),
    networkSlow: rate(0.6, 0.4),
    journalFails: rate(0.3, 0.5),
    deliveryFails: rate(0.5, 0.4),
    forges: rate(0.3, 0.2),
    crashes: rate(0.6, 0.02),
    answersLate: manyPauses ? 0.3 : rate(0.6, 0.3),
    connectsSlowly: rate(0.3, 0.2),
    pauses: rate(0.4, 0.01),
    requestPauses: manyPauses ? 0.4 : rate(0.5, 0.4),
    retryAfters: random.odds(0.1) ? oddRetryAfters : null,
    networkFates: allNetworkFates.filter((fate) => fate !== 'invalid_client' && random.odds(0.4)),
  }
}

/** `manyPauses`: processes are paused and answers come late, and often. */
export function createFaults(now: () => number, random: Random, manyPauses: boolean): Faults {
  const rates = drawRates(random, manyPauses)
  const storeUntil = new Map<number | null, number>()
  const refusedUntil = new Map<string, number>()
  let providerUntil = 0
  let slowUntil = 0
  let healed = true
  const isCrawling = () => slowUntil > now()

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
      const near = kind === 'look' ? (random.odds(0.7) ? 0 : random.between(1, 4)) : random.between(1, 4)
      if (healed) return { transit: near, answer: 0, fails: null }
      const isAway = Math.max(storeUntil.get(replica) ?? 0, storeUntil.get(null) ?? 0) > now()
      return drawStoreFate(random, rates, { near, isAway, isCrawling: isCrawling(), kind })
    },
    network(client, token) {
      const isRefused = (refusedUntil.get(client) ?? 0) > now()
      const outage = { isAway: providerUntil > now(), isRefused, isCrawling: isCrawling() }
      return drawRequestFate(random, healed ? null : rates, token, outage)
    },
    retryAfter: () => (rates.retryAfters ? random.pick(rates.retryAfters) : '7'),
    journal() {
      const fails = !healed && random.odds(rates.journalFails) ? random.pick(['before', 'after'] as const) : null
      return { transit: random.between(0, 20), answer: 0, fails }
    },
    delivery() {
      const lost = !healed && random.odds(rates.deliveryFails) ? random.pick(['request', 'answer'] as const) : null
      return { lost, transit: random.between(0, healed ? 50 : 2000), forged: !healed && random.odds(rates.forges) }
    },
    crash: () => !healed && random.odds(rates.crashes),
    pause: () => (!healed && random.odds(rates.pauses) ? random.pick(['before', 'after'] as const) : null),
    pauseLength: () => drawPauseLength(random),
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

function drawStoreFate(
  random: Random,
  { storeFails, storeSlow }: FaultRates,
  { near, isAway, isCrawling, kind }: { near: number; isAway: boolean; isCrawling: boolean; kind: 'look' | 'write' },
): StoreFate {
  const late = random.odds(isCrawling && kind === 'write' ? 0.5 : storeSlow) ? random.pick(['transit', 'answer']) : null
  const fails = isAway ? 'before' : random.odds(storeFails) ? random.pick(['before', 'after'] as const) : null
  const shortAnswer = () => (near === 0 || random.odds(0.5) ? 0 : random.between(1, 4))
  return {
    transit: late === 'transit' ? drawSlowMs(random, isCrawling) : near,
    answer: late === 'answer' ? drawSlowMs(random, isCrawling) : shortAnswer(),
    fails,
  }
}

/** `rates`: `null` where nothing goes wrong. */
function drawRequestFate(
  random: Random,
  rates: FaultRates | null,
  token: boolean,
  { isAway, isRefused, isCrawling }: { isAway: boolean; isRefused: boolean; isCrawling: boolean },
): RequestFate {
  const nearMs = rates ? 300 : 40
  const near = { transit: random.between(5, nearMs), answer: random.between(5, nearMs) }
  const connecting = random.between(0, 5)
  if (!rates) return { fate: 'fine', connecting, ...near, pauseAt: null }
  const late = random.odds(isCrawling ? 0.8 : rates.networkSlow) ? random.pick(['transit', 'answer']) : null
  const fails = isAway || (rates.networkFates.length > 0 && random.odds(rates.networkFails))
  const ofOutage = isAway ? random.pick(['never_left', 'error_before', 'reset_before', 'lost'] as const) : null
  const times = {
    connecting: random.odds(rates.connectsSlowly) ? random.between(5, 25_000) : connecting,
    transit: late === 'transit' ? drawSlowMs(random, isCrawling) : near.transit,
    answer:
      late === 'answer'
        ? drawSlowMs(random, isCrawling)
        : token && random.odds(rates.answersLate)
          ? random.between(20_000, 110_000)
          : near.answer,
  }
  return {
    fate: isRefused ? 'invalid_client' : fails ? (ofOutage ?? random.pick(rates.networkFates)) : 'fine',
    ...times,
    pauseAt: token && random.odds(rates.requestPauses) ? drawPauseAt(random, times) : null,
  }
}

function drawSlowMs(random: Random, isCrawling: boolean): number {
  if (isCrawling) return random.between(5000, 28_000)
  return random.odds(0.5) ? random.between(200, 4500) : random.between(6000, 45_000)
}

/** Returns a moment while the request connects, right after it has left, or while the answer is on its way. */
function drawPauseAt(
  random: Random,
  { connecting, transit, answer }: Pick<RequestFate, 'connecting' | 'transit' | 'answer'>,
): number {
  switch (random.weighted({ connecting: 3, left: 2, inFlight: 4 })) {
    case 'connecting':
      return random.between(0, connecting)
    case 'left':
      return connecting + 1
    case 'inFlight':
      return connecting + random.between(1, transit + answer)
  }
}

function drawPauseLength(random: Random): { readonly ms: number; readonly forever: boolean } {
  const forever = random.odds(0.1)
  switch (random.weighted({ short: 3, deadline: 4, lease: 4, long: 3 })) {
    case 'short':
      return { ms: random.between(100, 5000), forever }
    case 'deadline':
      return { ms: random.between(5000, 29_000), forever }
    case 'lease':
      return { ms: random.between(29_000, 60_000), forever }
    case 'long':
      return { ms: random.between(60_000, 600_000), forever }
  }
}
