// Planted bugs that show where a clock is set, or where a value from outside is believed.

import type { Store } from '../../src/core/store/store.ts'
import { type Mutation, type Options, withGrants } from './mutation.ts'

const day = 86_400_000

export const clockMutations: readonly Mutation[] = [
  {
    name: 'Leases are judged by a clock that can be set',
    frequentScenario: 'storeClock',
    violates: ['spent_once'],
    leaseClock: 'wall',
  },
  {
    name: 'Durations are measured with the wall clock',
    frequentScenario: 'clock',
    violates: ['spent_once', 'callers', 'not_lost', 'acknowledged', 'one_at_a_time', 'stops'],
    wrapOptions: ({ clock }) => ({ clock: { ...clock, monotonic: () => clock.now() } }),
  },
  {
    name: 'A stored time is obeyed, however far ahead it is',
    frequentScenario: 'storeClock',
    violates: ['callers', 'not_lost', 'quiet'],
    wrapStore: (store) => believing(store),
  },
  {
    name: 'A sweep obeys a clock that has just been set',
    frequentScenario: 'storeClock',
    takesEvents: true,
    violates: ['delivered', 'swept', 'one_at_a_time', 'acknowledged'],
    wrapStore: (store) => sweepingAtOnce(store),
  },
  {
    name: '`Retry-After` is obeyed, however long it is',
    violates: ['callers', 'not_lost', 'paced', 'quiet'],
    wrapOptions: (options) => obedient(options),
    wrapStore: (store) => believing(store),
  },
  {
    name: 'A token whose stated lifetime is over is refreshed before it has been tried',
    statedLifetimes: 'zero',
    violates: ['paced'],
    wrapOptions: (options) => believingLabels(options, (label) => label <= 0),
  },
  {
    name: 'A lifetime is stored, however long it is',
    statedLifetimes: 'odd',
    violates: ['callers', 'not_lost', 'quiet'],
    wrapOptions: (options) => believingLabels(options, (label) => label > 1e12),
  },
]

/** A token is presented only after the times that the row holds, as they were written. */
function believing(store: Store): Store {
  const { grants } = store
  const heldUntil = new Map<string, number>()
  const hold = async (id: string, ms: number) => {
    const row = await grants.get(id)
    if (row) heldUntil.set(id, row.readAt + ms)
  }
  return withGrants(store, {
    async claim(id, ...rest) {
      const row = await grants.get(id)
      if (row && (heldUntil.get(id) ?? 0) > row.readAt) return null
      return grants.claim(id, ...rest)
    },
    async release(id, at, owner, how) {
      const released = await grants.release(id, at, owner, how)
      if (released) await hold(id, how.retryInMs)
      return released
    },
  })
}

/** An event that has been due for 30 days is as good as deleted. */
function sweepingAtOnce(store: Store): Store {
  const { outbox } = store
  return {
    ...store,
    outbox: {
      ...outbox,
      async sweep(...how) {
        for (const row of await outbox.list({ state: 'pending', limit: 1000 }))
          if (row.readAt - row.createdAt > 30 * day) await outbox.acknowledge(row.id)
        return outbox.sweep(...how)
      },
    },
  }
}

/** The wait that a provider asks for goes into the row unchanged. */
function obedient({ fetch, store }: Options): Partial<Options> {
  let asked = 0
  return {
    async fetch(input, init) {
      const answer = await fetch(input, init)
      const seconds = Number(answer.headers.get('retry-after') ?? 0)
      if (String(input).endsWith('/token') && seconds > 0) asked = seconds * 1000
      return answer
    },
    store: withGrants(store, {
      release(id, at, owner, how) {
        const retryIn = Math.max(how.retryInMs, asked)
        asked = 0
        return store.grants.release(id, at, owner, { ...how, retryInMs: retryIn })
      },
    }),
  }
}

/** The stated lifetime of a token is stored unchanged where it is odd. */
function believingLabels({ fetch, store }: Options, isOdd: (label: number) => boolean): Partial<Options> {
  let label = 0
  let isStated = false
  return {
    async fetch(input, init) {
      const answer = await fetch(input, init)
      const text = await answer.clone().text()
      const [, stated] = /"access_token".*"expires_in":(-?[\d.e+]+)/.exec(text) ?? []
      isStated = stated !== undefined
      label = Number(stated ?? 0) * 1000
      return answer
    },
    store: withGrants(store, {
      commit: (id, at, renewal, entry) =>
        store.grants.commit(id, at, { ...renewal, ...(isStated && isOdd(label) && { expiresInMs: label }) }, entry),
    }),
  }
}
