// What is kept about one owner, for a person to read: sealed fields opened, times as dates, and nothing that is only there to
// find or to seal a row.

import type { PersonalDataStore, PersonalKind, PersonalRow } from '../core/store/personal-data.ts'
import type { Store } from '../core/store/store.ts'
import type { Vault } from '../vault/cipher.ts'
import { bookingKeyPlace } from './booking-keys.ts'
import { feedPlace } from './feed.ts'
import { deliveryPlace } from './outbox.ts'

export interface PersonalDataRecords extends Pick<PersonalDataStore, 'count' | 'erase' | 'shred'> {
  /** All rows of a kind. A sealed field that no key opens is `null`. */
  all(owner: string, kind: PersonalKind): Promise<PersonalRow[]>
}

const pageSize = 200

interface Sealed {
  readonly field: string
  readonly place: (row: PersonalRow) => { table: string; row: string; column: string }
}

const sealedFields: Partial<Record<PersonalKind, Sealed>> = {
  events: { field: 'body', place: ({ key }) => deliveryPlace(String(key)) },
  feed: { field: 'body', place: ({ event }) => feedPlace(String(event)) },
  bookingKeys: { field: 'request', place: ({ connection, key }) => bookingKeyPlace(`${connection} ${key}`) },
}

export function createPersonalDataRecords({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'personalData'>
  readonly vault: Vault
}): PersonalDataRecords {
  const { count, erase, read, shred } = store.personalData

  function opened(kind: PersonalKind, row: PersonalRow): PersonalRow {
    const sealed = sealedFields[kind]
    const { key: _, ...shown } = row
    const facts = Object.entries(shown).map(([name, value]) => [name, timeOf(name, value)])
    const open = sealed && { [sealed.field]: openedText(row[sealed.field], sealed.place(row)) }
    return { ...Object.fromEntries(facts), ...open }
  }

  function openedText(value: unknown, place: ReturnType<Sealed['place']>): unknown {
    if (typeof value !== 'string') return null
    try {
      return JSON.parse(vault.open(place, value))
    } catch {
      return null
    }
  }

  return {
    count,
    erase,
    shred,
    async all(owner, kind) {
      const rows: PersonalRow[] = []
      for (let page: PersonalRow[] = []; ; ) {
        page = await read(owner, kind, rows.length, pageSize)
        rows.push(...page.map((row) => opened(kind, row)))
        if (page.length < pageSize) return rows
      }
    },
  }
}

function timeOf(name: string, value: unknown): unknown {
  return typeof value === 'number' && /^(at|\w+At)$/.test(name) ? new Date(value) : value
}
