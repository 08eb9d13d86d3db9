// `punctual keys rotate`: seals with the first key what an older one has sealed, beside the service that runs on the database.
// Then the older key can be removed. A value that does not open stays as it is, and is reported.

import { systemClock, systemRandom } from '../../../core/clock.ts'
import { PunctualError } from '../../../core/errors.ts'
import { wordFor } from '../../../core/reporter.ts'
import { inSettingWords } from '../../../core/setting-words.ts'
import { type SealedTable, sealedTables, sealedWords } from '../../../core/store/sealed.ts'
import type { Store } from '../../../core/store/store.ts'
import { attemptPlace } from '../../../records/attempts.ts'
import { bookingKeyPlace } from '../../../records/booking-keys.ts'
import { feedPlace } from '../../../records/feed.ts'
import { grantPlace } from '../../../records/grants.ts'
import { deliveryPlace } from '../../../records/outbox.ts'
import { subscriptionPlace } from '../../../records/subscriptions.ts'
import { type ResealResult, reseal } from '../../../store/sql/reseal.ts'
import { createVault, type Place } from '../../../vault/cipher.ts'
import { createKeyring } from '../../../vault/keyring.ts'
import { audited } from '../../operating/audited.ts'
import { assertExists, withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { createProgress } from '../../output/progress.ts'
import { shownText } from '../../output/shown-text.ts'
import { storeOf } from '../../settings/database.ts'
import { keysOf } from '../../settings/keys.ts'
import type { Settings } from '../../settings/settings.ts'
import { resealInEscrow } from './escrow.ts'
import { resealInJournal } from './journal.ts'

export interface RotateKeys {
  /** Only says what would be done. */
  readonly dryRun: boolean
}

interface Unreadable {
  readonly table: SealedTable | 'escrow' | 'journal'
  readonly row: string
  /** In words, without the content. */
  readonly why: string
}

interface Rotated extends ResealResult {
  /** The id of the key that seals. */
  readonly key: string
  readonly dryRun: boolean
  /** Token sets of the escrow. `null`: no escrow is set. */
  readonly inEscrow: number | null
  /** Entries of the journal. */
  readonly inJournal: number
  readonly unreadable: readonly Unreadable[]
}

const places: Readonly<Record<SealedTable, (row: string, column: string) => Place>> = {
  grants: grantPlace,
  attempts: attemptPlace,
  outbox: deliveryPlace,
  feed: feedPlace,
  subscriptions: subscriptionPlace,
  booking_keys: bookingKeyPlace,
}

/** It ends with 1 while something still needs an older key. */
export async function rotateKeys({ dryRun }: RotateKeys, settings: Settings, output: Output): Promise<void> {
  assertExists(settings.database)
  const keys = await keysOf(settings)
  // A command that prints the keys has been run: once is enough.
  await withPunctual({ ...settings, keys, keyProvider: null }, 'reads', async ({ punctual }) => {
    const deed = {
      action: 'keys_rotate',
      subject: createKeyring(keys).current,
      outcomeOf: ({ resealed }: Rotated) => `ok: ${countOf(resealed)}`,
    }
    const task = () => rotated(settings, keys, dryRun)
    print(await (dryRun ? task() : audited(punctual.operator, deed, task)), output)
  })
}

async function rotated(
  settings: Pick<Settings, 'data' | 'database' | 'escrow'>,
  keys: readonly string[],
  dryRun: boolean,
): Promise<Rotated> {
  const { database, escrow } = settings
  const vault = createVault(createKeyring(keys), systemRandom)
  const unreadable: Unreadable[] = []
  const progress = createProgress()
  const store = await storeOf(database)
  const resealEscrow = (name: string) =>
    resealInEscrow({
      escrow: name,
      store,
      vault,
      isDryRun: dryRun,
      unreadable: (row, error) => unreadable.push({ table: 'escrow', row, why: whyUnreadable(error) }),
    })
  try {
    await store.open(systemClock)
    // Before the rows: what a process brings to the database meanwhile is sealed again there.
    const inJournal = await resealInJournal({
      settings,
      database: await store.identity(),
      vault,
      isDryRun: dryRun,
      unreadable: (row, error) => unreadable.push({ table: 'journal', row, why: whyUnusable(row, error) }),
    })
    const totalOf = await totals(store, vault.currentKey)
    const result = await reseal(store, {
      key: vault.currentKey,
      isDryRun: dryRun,
      reseal(table, column, row, sealed) {
        const place = places[table](row, column)
        return vault.seal(place, vault.open(place, sealed))
      },
      unreadable: (table, row, error) => unreadable.push({ table, row, why: whyUnreadable(error) }),
      progress: (table, looked) => progress.show(`${sealedWords[table].many}: ${looked} of ${totalOf(table)}`),
    })
    // After the rows: what is refreshed meanwhile is sealed with the first key.
    const inEscrow = escrow === null ? null : await resealEscrow(escrow)
    return { key: vault.currentKey, dryRun, ...result, inEscrow, inJournal, unreadable }
  } finally {
    progress.end()
    await store.close()
  }
}

const mostCounted = 1_000_000

/** How many values of a table an older key has sealed, in words. */
async function totals({ sealed }: Pick<Store, 'sealed'>, key: string): Promise<(table: SealedTable) => string> {
  const counts = await sealed.count([key], mostCounted)
  return (table) => {
    const own = counts.filter((count) => count.table === table)
    const total = own.reduce((sum, { values }) => sum + (values ?? 0), 0)
    return `${total}${own.every(({ values, isWhole }) => values === null || isWhole) ? '' : ' or more'}`
  }
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof PunctualError)) throw error
  return inSettingWords(error.message)
}

/** Why a file of the journal stays as it is. */
function whyUnusable(file: string, error: unknown): string {
  if (error instanceof PunctualError) return `journal file ${file}: ${inSettingWords(error.message)}`
  const why = error instanceof TypeError ? error.message : `it cannot be written (${wordFor(error) ?? 'unknown fault'})`
  return `journal file ${file}: ${why}. It stays as it is. punctual doctor says more.`
}

function print(result: Rotated, { terminal, json }: Output): void {
  const { key, dryRun, resealed, byKey, inEscrow, inJournal, waiting, unreadable } = result
  // A process that works in the folder of the journal may have read an entry before: then it stores it as it was.
  const again = dryRun ? 0 : inJournal
  if (unreadable.length + waiting + again > 0) process.exitCode = 1
  if (json) {
    terminal.line(jsonText(result, 2))
    return
  }
  const { line, paint } = terminal
  const tables = sealedTables.filter((table) => resealed[table] > 0)
  const counts = [
    ...tables.map((table) => `${sealedWords[table].many} ${resealed[table]}`),
    ...(inEscrow ? [`token sets in the escrow ${inEscrow}`] : []),
    ...(inJournal > 0 ? [`entries of the journal ${inJournal}`] : []),
  ].join(', ')
  const done = dryRun ? `Would be sealed again with the key ${key}` : `Sealed again with the key ${key}`
  line(
    counts === ''
      ? `${unreadable.length > 0 ? paint('yellow', '!') : paint('green', '✔')} Nothing is left that could be sealed again with the key ${key}.`
      : `${paint('green', '✔')} ${done}: ${counts}.`,
  )
  const older = Object.entries(byKey).map((one) => one.join(': '))
  if (older.length > 0) line(`  Of what an older key has sealed in the database: ${older.join(', ')}.`)
  if (waiting > 0)
    line(
      `${paint('yellow', '!')} Grants that a refresh has in its hands, or that keep a fallback token set: ${waiting}. Their next refresh seals them. Run this again then, and keep the older keys until it finds nothing.`,
    )
  if (again > 0)
    line(
      `${paint('yellow', '!')} A process that works in the journal may have read its entries before, and stores them as they were. Run this again in a minute.`,
    )
  for (const { why } of unreadable.slice(0, mostShown)) line(`${paint('red', '✘')} ${shownText(why)}`)
  if (unreadable.length > mostShown) line(`  and ${unreadable.length - mostShown} more: --json lists them.`)
  if (!dryRun && unreadable.length + waiting + again === 0)
    line('punctual keys status says whether an older key can be removed.')
}

const mostShown = 20

function countOf(resealed: ResealResult['resealed']): number {
  return Object.values(resealed).reduce((sum, one) => sum + one, 0)
}
