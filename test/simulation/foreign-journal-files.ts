// Files in the journal's folder that this database cannot use: cut off, of another database, or sealed with another key.
// Each must stay where it is. Rule `foreign_files`.

import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import type { Checker } from './checker.ts'
import type { Random } from './random.ts'
import { simulatedKey } from './token-tracker.ts'
import { unreadable } from './unreadable-rows.ts'

export interface ForeignJournalFiles {
  /** May put one into the folder of that replica. */
  addTo(replica: number): void
  /** Compares the folders with what was put there. */
  check(): void
}

const elsewhere = 'db_elsewhere'

// Sealed with our key: code that does not check which database they belong to can open them.
const vault = createVault(createKeyring([simulatedKey]), (bytes) => new Uint8Array(bytes))
const tokens = JSON.stringify({ a: 'at0', r: 'rt0' })
const setOfAnother = vault.seal({ table: 'grants', row: 'grant_elsewhere', column: 'tokens' }, tokens)
const answerOfAnother = vault.seal(
  { table: 'attempts', row: 'attempt_elsewhere', column: 'answer' },
  JSON.stringify({ tokens, expiresIn: 7200, scopes: null, extra: {}, elapsed: 0 }),
)

export function createForeignJournalFiles(
  random: Random,
  checker: Checker,
  identity: string,
  always: boolean,
): ForeignJournalFiles {
  const put: { readonly replica: number; readonly name: string; readonly text: string }[] = []
  const folders = checker.tracker.journals
  const probability = always ? 1 : random.odds(0.25) ? 0.3 : 0

  function write(): string {
    const [row] = [...checker.rows.values()].filter(({ status }) => status === 'live')
    const times = { writtenAt: 0, expiresAt: 2_000_000_000_000, renewAt: null, dueAt: null }
    const renewal = { grant: 'grant_elsewhere', generation: 3, spent: '', tokens: setOfAnother, scopes: null }
    const answer = { attempt: 'attempt_elsewhere', client: 'calendly', answer: answerOfAnother }
    const unreadableText = unreadable(random)
    switch (random.weighted({ cut: 1, empty: 1, another: 2, anothersAnswer: 1, sealed: row ? 3 : 0, answer: 1 })) {
      case 'cut':
        return JSON.stringify({ store: identity, renewal, ...times }).slice(0, 40)
      case 'empty':
        return ''
      case 'another':
        return JSON.stringify({ store: elsewhere, renewal, ...times })
      case 'anothersAnswer':
        return JSON.stringify({ store: elsewhere, answer, ...times })
      case 'sealed': {
        const own = { ...renewal, grant: row?.id, generation: row?.generation, tokens: unreadableText }
        return JSON.stringify({ store: identity, renewal: own, ...times })
      }
      case 'answer':
        return JSON.stringify({ store: identity, answer: { ...answer, answer: unreadableText }, ...times })
    }
  }

  return {
    addTo(replica) {
      if (!random.odds(probability)) return
      const file = { replica, name: `foreign-${put.length}.json`, text: write() }
      put.push(file)
      folders[replica]?.set(file.name, file.text)
    },
    check() {
      const gone = put.find(({ replica, name, text }) => folders[replica]?.get(name) !== text)
      if (gone)
        checker.reportViolation(
          'foreign_files',
          `${gone.name} of replica ${gone.replica + 1} is not there any more: ${gone.text}`,
        )
    },
  }
}
