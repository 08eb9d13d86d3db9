// The classic bugs of token refresh, planted one at a time. Each wraps what the production code is given;
// the production code itself stays as it is.

import type { Client } from '../../src/core/provider.ts'
import type { GrantRow, GrantStore } from '../../src/core/store/grants.ts'
import type { JournalFiles } from '../../src/keeper/journal.ts'
import { inGrants, type Mutation, type Options, withGrants } from './mutation.ts'
import type { SimulatedProvider } from './provider.ts'

/** Returns the generation that the row has now, not the one that was read before. */
async function generationNow(grants: GrantStore, id: string): Promise<number> {
  return (await grants.get(id))?.generation ?? 0
}

export const refreshMutations: readonly Mutation[] = [
  {
    name: 'The lease is shorter than the deadline',
    violates: ['spent_once'],
    wrapOptions: inGrants(({ claim }) => ({ claim: (id, at, one) => claim(id, at, { ...one, leaseMs: 5000 }) })),
  },
  {
    name: 'The lease is judged by the clock of the process',
    violates: ['spent_once'],
    leaseClock: 'process',
  },
  {
    name: 'The commit has no fence',
    violates: ['in_order', 'not_lost', 'spent_once'],
    wrapOptions: inGrants((grants) => ({
      commit: async (id, _, renewal, entry) => grants.commit(id, await generationNow(grants, id), renewal, entry),
    })),
  },
  {
    name: '`invalid_grant` is believed without a second look',
    frequentScenario: 'collision',
    violates: ['not_declared_over', 'honest_reason'],
    wrapOptions: (options) => withoutSecondLook(options),
  },
  {
    name: 'The intent is written after the request, not before',
    violates: ['honest_reason'],
    wrapOptions: inGrants((grants) => ({
      claim: (id, at, one) => grants.claim(id, at, { ...one, intent: null as never }),
    })),
  },
  {
    name: 'The account is looked up after the answer arrives and before it is stored',
    violates: ['spent_once', 'not_lost', 'callers', 'honest_reason', 'consents'],
    wrapOptions: ({ fetch }) => ({
      async fetch(input, init) {
        const answer = await fetch(input, init)
        const { access_token: token } = (await answer
          .clone()
          .json()
          .catch(() => ({}))) as { access_token?: string }
        const me = String(input).includes('calendly') ? '/calendly/api/users/me' : '/calcom/api/v2/me'
        if (token)
          await fetch(`https://sim.test${me}`, { headers: { authorization: `Bearer ${token}` } }).catch(() => {})
        return answer
      },
    }),
  },
  {
    name: 'A lease is released by any process, not only by its owner',
    frequentScenario: 'crawl',
    violates: ['spent_once', 'honest_reason'],
    wrapStore: (store) =>
      withGrants(store, {
        async release(id, at, owner, release) {
          const row = await store.grants.get(id)
          return store.grants.release(id, at, row?.leaseOwner ?? owner, release)
        },
      }),
  },
  {
    name: 'Each connection refreshes a grant of its own',
    violates: ['not_declared_over'],
    replaceClient: (client, provider) => ownGrants(client, provider),
  },
  {
    name: 'A grant is ended after any failure',
    violates: ['not_declared_over', 'honest_reason'],
    wrapOptions: inGrants((grants) => ({
      async release(id, at, owner, release) {
        const released = await grants.release(id, at, owner, release)
        if (release.failed) await grants.end(id, at, 'refused', { type: 'grant.ended', data: {} })
        return released
      },
    })),
  },
  {
    name: 'The journal is not read after a restart',
    frequentScenario: 'blackout',
    violates: ['not_lost'],
    wrapOptions: ({ journal }) => ({ journal: { ...(journal as JournalFiles), read: async () => new Map() } }),
  },
  {
    name: 'The fallback token set is never used',
    violates: ['not_declared_over', 'quiet'],
    wrapOptions: inGrants(() => ({ useFallback: async () => false })),
  },
  {
    name: 'A token set that lost the race to a reconnection is thrown away',
    frequentScenario: 'collision',
    violates: ['not_declared_over', 'spent_once', 'not_lost'],
    wrapOptions: inGrants(() => ({ keepFallback: async () => null })),
  },
  {
    name: 'A set that is kept as a fallback leaves no mark in the history',
    frequentScenario: 'collision',
    violates: ['spent_once'],
    wrapOptions: keptWithoutMark,
  },
  {
    name: 'A request without an answer is repeated at once',
    violates: ['spent_once'],
    wrapOptions: ({ fetch }) => ({ fetch: (input, init) => fetch(input, init).catch(() => fetch(input, init)) }),
  },
  {
    name: 'Presentations are not paced',
    frequentScenario: 'clientRefused',
    violates: ['paced'],
    wrapOptions: inGrants(({ claim, release }) => ({
      claim: (id, at, one) => claim(id, at, { ...one, pace: { intervalMs: 1, burst: 1000 } }),
      release: (id, at, owner, one) => release(id, at, owner, { ...one, retryInMs: 0 }),
    })),
  },
  {
    name: 'Idle grants are not refreshed before their refresh token ends',
    idle: true,
    violates: ['not_lost'],
    wrapOptions: inGrants(() => ({ takeDue: async () => [] })),
  },
]

/**
 * It shows where a process does not hear that a set was kept, and where the file in its journal stays: it is kept again at
 * the next start.
 */
function keptWithoutMark({ store, journal }: Options): Partial<Options> {
  const unheard = new Set<string>()
  const removeNothing = async () => {
    throw new Error('EBUSY')
  }
  return {
    journal: { ...(journal as JournalFiles), remove: removeNothing },
    store: withGrants(store, {
      async keepFallback(id, generation, spent, sealed, entries) {
        const kept = await store.grants.keepFallback(id, generation, spent, sealed, entries && { used: entries.used })
        if (kept === null || sealed === null || unheard.has(sealed)) return kept
        unheard.add(sealed)
        throw new Error('no answer')
      },
    }),
  }
}

/** After a refusal the code uses the row as it was when it was claimed, and ends the grant even if the row has changed. */
function withoutSecondLook({ store, fetch }: Options): Partial<Options> {
  const claimed = new Map<string, GrantRow>()
  let refused = false
  const { grants } = store
  return {
    async fetch(input, init) {
      const answer = await fetch(input, init)
      refused ||= answer.status === 400
      return answer
    },
    store: withGrants(store, {
      async claim(id, at, claim) {
        const row = await grants.claim(id, at, claim)
        if (row) claimed.set(id, row)
        return row
      },
      async get(id) {
        const stale = refused ? claimed.get(id) : undefined
        refused = false
        return stale ?? grants.get(id)
      },
      end: async (id, _, reason, entry) => grants.end(id, await generationNow(grants, id), reason, entry),
    }),
  }
}

/** Makes the account's id the owner's own, so that two owners of one account never share a grant. */
function ownGrants(client: Client, provider: SimulatedProvider): Client {
  const { identify } = client.provider
  return {
    ...client,
    provider: {
      ...client.provider,
      async identify(answer, call) {
        const account = await identify(answer, call)
        const set = provider.sets[Number(answer.accessToken.reveal().slice(2)) - 1]
        return { ...account, id: `${account.id}#${set?.owner}` }
      },
    },
  }
}
