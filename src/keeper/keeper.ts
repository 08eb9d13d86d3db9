// Keeps grants alive: hands out tokens that live, and renews those that have ended or are due. In this process callers of
// one grant share one refresh, which goes on when they have lost their patience.

import { PunctualError } from '../core/errors.ts'
import { elapse, within } from '../core/timeouts.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Grant } from '../records/grants.ts'
import { createConcurrencyLimit } from './concurrency-limit.ts'
import { whenDue } from './due.ts'
import { gone, misconfigured, over, unavailable } from './failures.ts'
import { untilHint } from './lease.ts'
import { mayBeTried, type RefreshParts, refresh, type Step } from './refresh.ts'

export interface KeeperParts extends RefreshParts {
  readonly clients: ReadonlyMap<string, Client>
  /** Records that the background could not work on. */
  readonly aside: SetAside
  /** Renewals under way at once in the background, per client. */
  readonly concurrency: number
  /** What else is to be done in every round. */
  readonly chores: () => Promise<void>
  /** Whether work can go on behind an answer although `start` was not called: the platform is told of it. */
  readonly goesOn: boolean
}

export interface TokenRequest {
  /** Ms that the token must still live. A token that lives, but less, is served when the provider is away. */
  readonly minimumValidityMs: number
  /** The generation that the provider's API has refused; the answer will be newer. */
  readonly refused?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Keeper {
  /**
   * The grant with a token that lives, renewed if need be.
   *
   * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found`
   *   or `store_unavailable`.
   */
  token(id: string, request: TokenRequest): Promise<Grant>
  /** Whether the journal holds a newer set of that grant than the store may. */
  holds(id: string): boolean
  start(): void
  /** Stops the loop. What is under way goes on to its end. */
  stop(): Promise<void>
  /** Hands what the journal holds to the store, as soon as that takes it. */
  handOver(): void
  /** The same for a few seconds at most: the last thing before the store is closed. */
  flush(): Promise<void>
  /** One round of the loop: journal, then grants that are due. Returns how many were taken. */
  tick(): Promise<number>
}

/** A refresh under way, and how many callers wait for it. */
interface Flight {
  readonly step: Promise<Step>
  waiting: number
}

/** Ms that a caller without a living token waits for a provider that is away. */
const patience = 30_000
const pollEvery = 150
const tickEvery = 15_000
const batch = 100
/** Due grants that one process has taken and not yet renewed. */
const mostPending = 1000

export function createKeeper(parts: KeeperParts): Keeper {
  const { aside, clock, grants, journal, track } = parts
  const flights = new Map<string, Flight>()
  let stopping = new AbortController()
  let loop: Promise<void> | null = null
  let loaded: Promise<void> | null = null
  let replaying: Promise<void> | null = null
  let chores: Promise<void> | null = null
  let pending = 0
  const gate = createConcurrencyLimit(parts.concurrency)

  /** Whether work goes on when nobody waits for it any more. */
  const goesOn = () => loop !== null || parts.goesOn

  /** The one refresh of that grant in this process. */
  function flight(grant: Grant): Flight {
    const running = flights.get(grant.id)
    if (running) return running
    const client = clientOf(parts.clients, grant.client)
    const started: Flight = {
      waiting: 0,
      // A process that may be suspended once its callers have their answers sends nothing that none of them waits for.
      step: refresh(parts, client, grant, () => started.waiting > 0 || goesOn()).finally(() => {
        flights.delete(grant.id)
        if (journal.size() > 0) track(handOver())
      }),
    }
    flights.set(grant.id, started)
    track(started.step.catch(() => {}))
    return started
  }

  /** Waits for the refresh of a grant, for so many ms. */
  async function flown(grant: Grant, ms: number, signal?: AbortSignal): Promise<Step | null> {
    const joined = flight(grant)
    joined.waiting++
    try {
      return await within(clock, ms, joined.step, signal)
    } finally {
      joined.waiting--
    }
  }

  async function read(id: string): Promise<Grant> {
    const held = journal.newer(id, -1)
    const stored = await grants.get(id).catch((error: unknown) => {
      if (held) return null
      throw error
    })
    const grant = held && (!stored || held.generation > stored.generation) ? held : stored
    if (!grant || grant.status === 'closing' || grant.status === 'closed') throw gone()
    if (grant.status === 'over') throw over(grant.reason ?? 'refused')
    return grant
  }

  /** Hands the journal to the store, with growing pauses while the store is away. */
  function handOver(): Promise<void> {
    replaying ??= (async () => {
      for (let wait = 500; (await journal.replay()) === 'away'; wait = Math.min(wait * 2, 30_000)) {
        if (stopping.signal.aborted) return
        await clock.sleep(wait, stopping.signal).catch(() => {})
      }
    })().finally(() => {
      replaying = null
    })
    return replaying
  }

  /** Takes in what an earlier process left, before any refresh token is presented: its set may be the newer one. */
  async function ready(): Promise<void> {
    loaded ??= journal.load().then(
      async () => void (await journal.replay()),
      (error: unknown) => {
        loaded = null
        throw error
      },
    )
    await loaded
  }

  async function token(id: string, { minimumValidityMs, refused, signal }: TokenRequest): Promise<Grant> {
    await ready()
    const began = clock.monotonic()
    const left = () => Math.max(0, patience - (clock.monotonic() - began))
    /** What the caller is told unless one more look finds a token: another process may have been at it meanwhile. */
    let last: PunctualError | null = null
    for (let slept = 0; ; ) {
      signal?.throwIfAborted()
      const grant = await read(id)
      const usable = grant.remaining > 0 && grant.generation !== refused
      if (usable && grant.remaining > minimumValidityMs) {
        if (grant.readAt - grant.usedAt > 3_600_000) track(grants.touch(id))
        return isDue(grant) ? await renewedOr(grant) : grant
      }
      if (last) throw last
      const step = await flown(grant, left(), signal)
      if (step?.kind === 'live' && step.grant.generation !== refused) {
        if (mayBeTried(step)) return step.grant
      }
      if (step?.kind === 'live') continue
      if (step?.kind === 'gone') throw gone()
      if (step?.kind === 'over') {
        // This caller may have come after a reconnection that the shared refresh has not seen.
        await read(id)
        continue
      }
      if (usable && (step === null || step.kind === 'paused' || step.why === 'away')) return grant
      if (step === null) {
        last = unavailable('timeout', 1000)
        continue
      }
      if (step.kind === 'paused') throw misconfigured(step.reason, step.wait)
      const wait = step.why === 'leased' ? Math.min(pollEvery, Math.max(step.wait, 1)) : step.wait
      if (wait > Math.min(left(), patience - slept)) {
        last = unavailable(step.reason, wait)
        continue
      }
      slept += wait
      if (step.why === 'leased') await untilHint(parts, id, wait, signal)
      else await clock.sleep(wait, signal)
    }

    /**
     * Renews a token that is due and lives. The caller goes on with it meanwhile, where the process does; one that may be
     * suspended once the caller has its answer renews first, so that no answer of the provider is lost.
     */
    async function renewedOr(grant: Grant): Promise<Grant> {
      if (goesOn()) {
        flight(grant)
        return grant
      }
      const step = await flown(grant, left(), signal).catch(() => null)
      signal?.throwIfAborted()
      return step?.kind === 'live' && mayBeTried(step) ? step.grant : grant
    }
  }

  function isDue({ refreshAt: renewAt, readAt, retryAt }: Grant): boolean {
    return renewAt !== null && renewAt <= readAt && retryAt <= readAt && parts.keepWarm !== 'never'
  }

  async function renewDue(id: string): Promise<void> {
    const record = `grant ${id}`
    let grant: Grant | null = null
    if (aside.has(record)) return
    try {
      grant = await grants.get(id)
      await renew(grant)
      aside.delete(record)
    } catch (error) {
      const passing = error instanceof PunctualError && error.retryable
      const pause = aside.add(passing ? 'the refresh of grants that are due' : record, error)
      if (grant && !passing) await grants.postpone(id, grant.generation, pause).catch(() => {})
    }
  }

  async function renew(grant: Grant | null): Promise<void> {
    const client = grant && parts.clients.get(grant.client)
    if (!grant || !client || grant.status !== 'live') return
    const plan = whenDue(parts, client.provider, grant)
    if (plan !== 'renew') return void (await grants.postpone(grant.id, grant.generation, plan.lookIn))
    const step = await gate(client.id, async () => (stopping.signal.aborted ? null : flight(grant).step))
    if (step?.kind === 'paused') await grants.postpone(grant.id, grant.generation, step.wait)
  }

  async function tick(): Promise<number> {
    await ready()
    if (journal.size() > 0) await journal.replay()
    const renewals: Promise<void>[] = []
    while (pending < mostPending && !stopping.signal.aborted) {
      const ids = await grants.takeDue(batch, 60_000)
      pending += ids.length
      renewals.push(...ids.map((id) => renewDue(id).finally(() => pending--)))
      if (ids.length < batch) break
    }
    await Promise.all(renewals)
    return renewals.length
  }

  /** One round of the loop. It does not wait for the one before: a provider that hangs delays nobody else's grants. */
  async function round(): Promise<void> {
    await tick()
    chores ??= parts.chores().finally(() => {
      chores = null
    })
    await chores
  }

  return {
    token,
    tick,
    handOver: () => track(handOver()),
    holds: (id) => journal.newer(id, -1) !== null,
    start() {
      const { signal } = stopping
      loop ??= (async () => {
        while (!signal.aborted) {
          track(round())
          await clock.sleep(tickEvery, signal).catch(() => {})
        }
      })()
    },
    async stop() {
      stopping.abort('stopped')
      await loop
      loop = null
    },
    async flush() {
      for (let pause = 250; pause <= 4000 && (await journal.replay()) === 'away'; pause *= 2) await elapse(clock, pause)
      stopping = new AbortController()
    },
  }
}

function clientOf(clients: ReadonlyMap<string, Client>, id: string): Client {
  const client = clients.get(id)
  if (client) return client
  throw new PunctualError(
    'client_misconfigured',
    `The client "${id}" is not among "clients". Add it to renew its grants.`,
    {
      reason: 'unknown_client',
    },
  )
}
