// Planted bugs that show where a record does not open, a file is foreign, or a subscription must not be given up.

import type { Store } from '../../src/core/store/store.ts'
import type { JournalFiles } from '../../src/keeper/journal.ts'
import { readJournalText } from './journal-texts.ts'
import { inGrants, inOutbox, type Mutation, type Options, withGrants } from './mutation.ts'
import { isUnreadable } from './unreadable-rows.ts'

const planted: readonly Mutation[] = [
  {
    name: 'A journal entry of another database is deleted as done',
    violates: ['foreign_files'],
    wrapOptions: ({ journal }) => ({ journal: removing(journal as JournalFiles, (store) => store === 'db_elsewhere') }),
  },
  {
    name: 'A journal entry is committed without being opened',
    violates: ['in_order'],
    wrapOptions: (options) => committingUnopened(options),
  },
  {
    name: 'A journal entry that cannot be stored stops the refresh of all grants',
    idle: true,
    violates: ['not_lost'],
    wrapOptions: (options) => stuckJournal(options),
  },
  {
    name: 'A grant that does not open stops the refresh of the others',
    idle: true,
    violates: ['not_lost'],
    wrapOptions: inGrants(({ takeDue }) => {
      let stuck = false
      return {
        async takeDue(...how) {
          const ids = await takeDue(...how)
          stuck ||= ids.some(isUnreadable)
          return stuck ? ids.filter(isUnreadable) : ids
        },
      }
    }),
  },
  {
    name: 'A record that does not open ends the recovery, in every round',
    frequentScenario: 'abandoned',
    violates: ['quiet', 'consents'],
    wrapOptions: ({ store }) => ({ store: endingRecovery(store) }),
  },
  {
    name: 'An event that does not open keeps the others waiting',
    takesEvents: true,
    violates: ['delivered'],
    wrapOptions: inOutbox((outbox) => ({
      async take(...how) {
        const rows = await outbox.take(...how)
        const pending = await outbox.list({ state: 'pending', limit: 1000 })
        return pending.some(({ connection }) => isUnreadable(connection))
          ? rows.filter(({ connection }) => isUnreadable(connection))
          : rows
      },
    })),
  },
  {
    name: 'A subscription that does not open keeps the others waiting',
    takesEvents: true,
    violates: ['delivered'],
    wrapOptions: ({ store }) => ({ store: stuckOnUnreadable(store) }),
  },
]

/** Planted bugs whose histories all have unreadable rows. */
const withUnreadableRows: readonly Mutation[] = planted.map((mutation) => ({ ...mutation, unreadableRows: true }))

export const unreadableRecordMutations: readonly Mutation[] = [
  ...withUnreadableRows,
  {
    name: 'The answer to a code is kept only in memory while the store is away',
    frequentScenario: 'abandoned',
    violates: ['consents'],
    wrapOptions: ({ journal }) => {
      const files = journal as JournalFiles
      return {
        journal: {
          ...files,
          write: async (name, text) => (readJournalText(text)?.answer ? undefined : files.write(name, text)),
        },
      }
    },
  },
  {
    name: 'A subscription that is being replaced is answered 410',
    takesEvents: true,
    frequentScenario: 'subscribe',
    violates: ['delivered'],
    wrapOptions: ({ store }) => ({
      store: {
        ...store,
        subscriptions: {
          ...store.subscriptions,
          async get(id) {
            const row = await store.subscriptions.get(id)
            return row && !row.current ? { ...row, state: 'removed', removedAt: 0 } : row
          },
        },
      },
    }),
  },
  {
    name: 'A delivery is answered 410 before its signature has been checked',
    takesEvents: true,
    frequentScenario: 'book',
    violates: ['delivered'],
    changeResponse: (answer) =>
      answer.status === 401 ? new Response('Nobody listens here any more.', { status: 410 }) : answer,
  },
]

function removing(files: JournalFiles, isDone: (store: string | null) => boolean): JournalFiles {
  return {
    ...files,
    async read() {
      const texts = await files.read()
      for (const [name, text] of texts) if (isDone(readJournalText(text)?.store ?? null)) await files.remove(name)
      return texts
    },
  }
}

function committingUnopened({ store, journal }: Options): Partial<Options> {
  const files = journal as JournalFiles
  return {
    journal: {
      ...files,
      async read() {
        const texts = await files.read()
        for (const text of texts.values()) {
          const { renewal } = readJournalText(text) ?? {}
          if (!renewal) continue
          const times = { expiresInMs: 0, refreshInMs: null, dueInMs: null, scopes: null }
          const entry = { type: 'grant.renewed', data: { generation: renewal.generation + 1 } }
          await store.grants.commit(renewal.grant, renewal.generation, { ...times, tokens: renewal.tokens }, entry)
        }
        return texts
      },
    },
  }
}

function stuckJournal({ store, journal }: Options): Partial<Options> {
  const files = journal as JournalFiles
  let stuck = false
  return {
    journal: {
      ...files,
      async read() {
        const texts = await files.read()
        stuck = texts.size > 0
        return texts
      },
    },
    store: withGrants(store, { takeDue: async (...how) => (stuck ? [] : store.grants.takeDue(...how)) }),
  }
}

/** Each list ends with its first row that does not open. */
function endingRecovery(store: Store): Store {
  const { attempts, grants } = store
  const upToUnreadable = <Row extends { readonly id: string }>(rows: Row[]): Row[] => {
    const stuck = rows.findIndex(({ id }) => isUnreadable(id))
    return stuck < 0 ? rows : rows.slice(0, stuck + 1)
  }
  let stuck = false
  return {
    ...withGrants(store, {
      async closing(...how) {
        const rows = upToUnreadable(await grants.closing(...how))
        return stuck ? [] : rows
      },
    }),
    attempts: {
      ...attempts,
      async stranded(...how) {
        const rows = upToUnreadable(await attempts.stranded(...how))
        stuck = rows.some(({ id }) => isUnreadable(id))
        return rows
      },
    },
  }
}

function stuckOnUnreadable(store: Store): Store {
  const { subscriptions } = store
  return {
    ...store,
    subscriptions: {
      ...subscriptions,
      async takeDue(...how) {
        const rows = await subscriptions.takeDue(...how)
        return rows.some(({ id }) => isUnreadable(id)) ? rows.filter(({ id }) => isUnreadable(id)) : rows
      },
    },
  }
}
