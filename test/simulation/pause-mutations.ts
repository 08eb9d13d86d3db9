// Planted bugs that show where a process is paused, a timer rings late, or an answer takes its time.

import type { Fetch } from '../../src/core/http.ts'
import { inGrants, type Mutation, type Options } from './mutation.ts'

export const pauseMutations: readonly Mutation[] = [
  {
    name: 'The deadline of a caller ends the wait for the answer',
    manyPauses: true,
    violates: ['not_lost', 'consents'],
    wrapOptions: (options) => ({ fetch: givingUp(options, 20_000, () => true) }),
  },
  {
    name: 'A late timer is obeyed before the sockets are read',
    manyPauses: true,
    violates: ['not_lost', 'consents'],
    wrapOptions: (options) => ({ fetch: givingUp(options, 10_000, (late) => late) }),
  },
  {
    name: 'The lease is not extended while an answer is awaited',
    manyPauses: true,
    violates: ['spent_once'],
    wrapOptions: inGrants(() => ({ extend: async () => true })),
  },
  {
    name: 'A request leaves even if connecting took too long',
    manyPauses: true,
    violates: ['spent_once'],
    unannounced: true,
  },
  {
    name: 'A token set that arrives after its lease has ended is thrown away',
    manyPauses: true,
    violates: ['not_lost', 'not_declared_over', 'spent_once'],
    wrapOptions: inGrants((grants) => {
      const isLate = async (id: string) => ((await grants.get(id))?.leaseLeftMs ?? 0) <= 0
      return {
        commit: async (id, ...rest) => !(await isLate(id)) && grants.commit(id, ...rest),
        keepFallback: async (id, ...rest) => ((await isLate(id)) ? null : grants.keepFallback(id, ...rest)),
      }
    }),
  },
  {
    name: 'A token is refreshed after the answer, in a process that is then frozen',
    serverless: true,
    violates: ['frozen', 'not_lost'],
    wrapOptions: () => ({ waitUntil: () => {} }),
  },
]

/** A `fetch` that checks every so many ms, late or not, and aborts the request when it may. */
function givingUp({ fetch, clock }: Options, every: number, mayGiveUp: (late: boolean) => boolean): Fetch {
  return async (input, init = {}) => {
    const over = new AbortController()
    let waiting = true
    async function look(): Promise<void> {
      const began = clock.monotonic?.() ?? 0
      await clock.sleep?.(every)
      if (!waiting) return
      if (mayGiveUp((clock.monotonic?.() ?? 0) - began > every + 1000)) over.abort(new Error('too late'))
      else await look()
    }
    void look()
    const signal = AbortSignal.any([over.signal, ...(init.signal ? [init.signal] : [])])
    return fetch(input, { ...init, signal }).finally(() => {
      waiting = false
    })
  }
}
