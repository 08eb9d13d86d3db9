// Planted bugs of the token memory: a token that a process serves without having read it just now.

import type { Mutation } from './mutation.ts'

export const tokenMemoryMutations: readonly Mutation[] = [
  {
    name: 'A token is served from memory for a minute',
    frequentScenario: 'farewell',
    violates: ['ended_tokens'],
    wrapOptions: () => ({ tokenMemoryMs: 60_000 }),
  },
  {
    name: 'A token stays in the memory of the process that disconnects',
    frequentScenario: 'farewell',
    violates: ['ended_tokens'],
    wrapOptions: ({ store }) => ({
      store: {
        ...store,
        connections: {
          ...store.connections,
          async detach(id, entry) {
            const detached = await store.connections.detach(id, entry)
            return detached && { ...detached, row: { ...detached.row, grant: 'another' } }
          },
        },
      },
    }),
  },
]
