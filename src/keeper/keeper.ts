// Keeps grants alive: hands out tokens that live, renews those that have ended or are due, and drains before it stops.
// In this process callers of one grant share one refresh.

import type { Grant, Schedule, SealedRenewal } from '../connections/grants.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import { whenDue } from './due.ts'
import { gone, misconfigured, over, unavailable } from './failures.ts'
import { createGate } from './gate.ts'
import { untilHint } from './lease.ts'
import { type RefreshParts, refresh, type Step } from './refresh.ts'

export interface KeeperParts extends RefreshParts {
  readonly clients: ReadonlyMap<string, Client>
  /** Renewals under way at once in the background, per client. */
  readonly concurrency: number
  /** What else is to be done in every round. */
  readonly chores: () => Promise<void>
  /** Called for a fault in the background that no caller sees. */
  readonly fault: (error: unknown) => void
}

export interface TokenRequest {
  /** Ms that the token must still live. A token that lives, but less, is served when the provider is away. */
  readonly minimumValidity: number
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
  /** Stops the loop, waits for every refresh under way and for the journal to be handed over once more. */
  stop(): Promise<void>
  /** One round of the loop: journal, then grants that are due. Answers how many were taken. */
  tick(): Promise<number>
  /** Keeps work of the background in sight of `stop`, and reports its fault. */
  track(work: Promise<unknown>): void
  /** Keeps a caller's work in sight of `stop`. */
  follow<Result>(work: Promise<Result>): Promise<Result>
}

/** Ms that a caller without a living token waits for a provider that is away. */
const patience = 30_000
const pollEvery = 150
const tickEvery = 15_000
const batch = 100
/** Due grants that one process has taken and not yet renewed. */
const mostPending = 1000

export function createKeeper(parts: KeeperParts): Keeper {
  const flights = new Map<string, Promise<Step>>()
  const background = new Set<Promise<unknown>>()
  let stopping = new AbortController()
  let loop: Promise<void> | null = null
  let loaded: Promise<boolean> | null = null
  let replaying: Promise<void> | null = null
  let chores: Promise<void> | null = null
  let pending = 0
  const gate = createGate(parts.concurrency)

  function follow<Result>(work: Promise<Result>): Promise<Result> {
    const seen = work.then(
      () => void background.delete(seen),
      () => void background.delete(seen),
    )
    background.add(seen)
    return work
  }

  function track(work: Promise<unknown>): void {
    void follow(work.catch(parts.fault))
  }

  /** The one refresh of that grant in this process. */
  function flight(grant: Grant): Promise<Step> {
    const running = flights.get(grant.id)
    if (running) return running
    const client = clientOf(parts.clients, grant.client)
    const started = refresh(parts, client, grant).finally(() => flights.delete(grant.id))
    flights.set(grant.id, started)
    track(started.catch(() => {}))
    void started.then(
      () => parts.journal.size() > 0 && track(handOver()),
      () => {},
    )
    return started
  }

  async function read(id: string): Promise<Grant> {
    const held = parts.journal.newer(id, -1)
    const stored = await parts.grants.get(id).catch((error: unknown) => {
      if (held) return null
      throw error
    })
    const grant = held && (!stored || held.generation > stored.generation) ? held : stored
    if (!grant || grant.status === 'closing' || grant.status === 'closed') throw gone()
    if (grant.status === 'over') throw over(grant.reason ?? 'refused')
    return grant
  }

  /** Hands the journal to the store until it is empty, with growing pauses while the store is away. */
  function handOver(): Promise<void> {
    replaying ??= (async () => {
      for (let wait = 500; parts.journal.size() > 0; wait = Math.min(wait * 2, 30_000)) {
        if ((await replayOnce()) || stopping.signal.aborted) return
        await parts.clock.sleep(wait, stopping.signal).catch(() => {})
      }
    })().finally(() => {
      replaying = null
    })
    return replaying
  }

  async function replayOnce(): Promise<boolean> {
    return parts.journal.replay(putBack).then(
      () => true,
      () => false,
    )
  }

  async function putBack(renewal: SealedRenewal, plan: Schedule): Promise<void> {
    const before = await parts.grants.get(renewal.grant)
    if (!before) return
    if (!(await parts.grants.commit(renewal, plan))) {
      if ((await parts.grants.keepReplayedSpare(renewal)) === 'revived') parts.report.recovered(before)
      return
    }
    const renewed = parts.grants.withRenewal(before, renewal, plan.expiresIn)
    parts.report.renewed(renewed)
    if (before.status === 'over') parts.report.recovered(renewed)
  }

  /** Takes in what an earlier process left, before any refresh token is presented: its set may be the newer one. */
  async function ready(): Promise<void> {
    loaded ??= parts.journal.load().then(
      () => replayOnce(),
      (cause: unknown) => {
        loaded = null
        const message = 'The journal of renewed tokens cannot be read.'
        throw new PunctualError('store_unavailable', message, { reason: 'journal_unreadable', retryable: true, cause })
      },
    )
    await loaded
  }

  async function token(id: string, { minimumValidity, refused, signal }: TokenRequest): Promise<Grant> {
    await ready()
    const began = parts.clock.now()
    for (let slept = 0; ; ) {
      signal?.throwIfAborted()
      const grant = await read(id)
      const usable = grant.remaining > 0 && grant.generation !== refused
      if (usable && grant.remaining > minimumValidity) {
        if (grant.renewAt !== null && grant.renewAt <= grant.readAt && parts.keepWarm !== 'never') behind(grant)
        if (grant.readAt - grant.usedAt > 3_600_000) track(parts.grants.touch(id))
        return grant
      }
      const step = await abortable(flight(grant), signal)
      if (step.kind === 'live' && step.grant.remaining > 0 && step.grant.generation !== refused) return step.grant
      if (step.kind === 'gone') throw gone()
      if (step.kind === 'over') {
        // This caller may have come after a reconnection that the shared refresh has not seen.
        await read(id)
        continue
      }
      if (step.kind === 'live') continue
      if (step.kind === 'paused' && usable) return grant
      if (step.kind === 'paused') throw misconfigured(step.reason, step.wait)
      if (step.why === 'away' && usable) return grant
      const wait = step.why === 'leased' ? Math.min(pollEvery, Math.max(step.wait, 1)) : step.wait
      if (Math.max(slept, parts.clock.now() - began) + wait > patience) throw unavailable(step.reason, wait)
      slept += wait
      if (step.why === 'leased') await untilHint(parts, id, wait, signal)
      else await parts.clock.sleep(wait, signal)
    }
  }

  /** Renews while the caller goes on with the token that still lives. */
  function behind(grant: Grant): void {
    if (!flights.has(grant.id) && grant.retryAt <= grant.readAt) track(flight(grant))
  }

  async function renewDue(id: string): Promise<void> {
    const grant = await parts.grants.get(id)
    const client = grant && parts.clients.get(grant.client)
    if (!grant || !client || grant.status !== 'live') return
    const plan = whenDue(parts, client.provider, grant)
    if (plan !== 'renew') return void (await parts.grants.postpone(id, grant.generation, plan.lookIn))
    const step = await gate(client.id, async () => (stopping.signal.aborted ? null : flight(grant)))
    if (step?.kind === 'paused') await parts.grants.postpone(id, grant.generation, step.wait)
  }

  async function tick(): Promise<number> {
    await ready()
    if (parts.journal.size() > 0 && !(await replayOnce())) return 0
    const renewals: Promise<void>[] = []
    while (pending < mostPending && !stopping.signal.aborted) {
      const ids = await parts.grants.takeDue(batch, 60_000)
      pending += ids.length
      renewals.push(
        ...ids.map((id) =>
          renewDue(id)
            .catch(parts.fault)
            .finally(() => pending--),
        ),
      )
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
    track,
    follow,
    tick,
    holds: (id) => parts.journal.newer(id, -1) !== null,
    start() {
      const { signal } = stopping
      loop ??= (async () => {
        while (!signal.aborted) {
          track(round())
          await parts.clock.sleep(tickEvery, signal).catch(() => {})
        }
      })()
    },
    async stop() {
      stopping.abort()
      await loop
      while (flights.size + background.size > 0) await Promise.allSettled([...flights.values(), ...background])
      if (parts.journal.size() > 0) await replayOnce()
      stopping = new AbortController()
      loop = null
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

async function abortable<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
