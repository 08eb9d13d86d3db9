// `punctual migrate`: updates the schema of a database, or copies everything from one database to another and opens every row
// there before it closes the old one for good. It can be stopped at any moment and run again.

import { existsSync } from 'node:fs'
import { systemClock, systemRandom } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import type { SealedTable } from '../../core/store/sealed.ts'
import type { Store } from '../../core/store/store.ts'
import { createAttemptRecords } from '../../records/attempts.ts'
import { createBookingKeyRecords } from '../../records/booking-keys.ts'
import { createFeedRecords } from '../../records/feed.ts'
import { createGrantRecords } from '../../records/grants.ts'
import { createOutboxRecords } from '../../records/outbox.ts'
import { createSubscriptionRecords } from '../../records/subscriptions.ts'
import { postgres } from '../../store/postgres.ts'
import { type CopiedTable, copy } from '../../store/sql/copy.ts'
import { sqlite } from '../../store/sqlite.ts'
import { createVault } from '../../vault/cipher.ts'
import { createKeyring } from '../../vault/keyring.ts'
import { CliError } from '../output/cli-error.ts'
import type { Terminal } from '../output/terminal.ts'
import { storeOf } from '../settings/database.ts'
import { keysOf, makeKeyOfNew } from '../settings/keys.ts'
import type { Settings } from '../settings/settings.ts'

export interface MigrateCommand {
  /** `sqlite:path` or `postgres://…`, as is `to`. */
  readonly from?: string
  readonly to?: string
}

/** The terminal on which the progress bar is drawn. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export async function migrate(
  { from, to }: MigrateCommand,
  settings: Pick<Settings, 'data' | 'database' | 'keys' | 'keyProvider'>,
  terminal: Terminal,
  screen: Screen,
): Promise<void> {
  if (from !== undefined && to === undefined)
    throw new CliError('--from needs --to, the database to copy everything to: --to postgres://…', 2)
  const target = to === undefined ? await storeOf(settings.database) : storeAt(to, '--to')
  if (from === undefined) {
    if (to === undefined) makeKeyOfNew(settings)
    await target.open(systemClock)
    await target.close()
    return terminal.line('The schema is up to date.')
  }
  const path = pathOf(from)
  if (path !== null && !existsSync(path))
    throw new CliError(`--from names ${path}, which does not exist: correct the path.`, 2)
  const source = storeAt(from, '--from')
  const keys = await keysOf({ ...settings, database: path ?? settings.database })
  try {
    await source.open(systemClock)
    await target.open(systemClock)
    const counts = await copy(source, target, {
      progress: createProgress(terminal, screen),
      check: opensWith(keys, target),
    })
    terminal.line(terminal.paint('green', `✔ Copied. Connections: ${counts.connections}, grants: ${counts.grants}.`))
    terminal.line(
      'Every row opens with your keys. The old database refreshes no grant any more. Keep it, but do not use it.',
    )
    terminal.line('Now set PUNCTUAL_DATABASE to the new one.')
  } finally {
    if (screen.isTTY) screen.write('\r\u001b[K')
    await Promise.all([source.close(), target.close()])
  }
}

function storeAt(address: string, option: string): Store {
  const path = pathOf(address)
  if (path !== null) return sqlite(path)
  if (/^postgres(ql)?:/i.test(address)) return postgres({ url: address, statementTimeout: 600_000, notify: false })
  throw new CliError(`${option} must be sqlite:path or postgres://user:password@host:5432/database.`, 2)
}

function pathOf(address: string): string | null {
  return /^sqlite:(?!\/\/)(.+)$/i.exec(address)?.[1] ?? null
}

/** Opens every sealed field of a row. */
function opensWith(keys: readonly string[], store: Store): (table: SealedTable, id: string) => Promise<void> {
  const vault = createVault(createKeyring(keys), systemRandom)
  const [grants, attempts] = [
    createGrantRecords({ store, vault }),
    createAttemptRecords({ store, vault, clock: systemClock }),
  ]
  const [outbox, subscriptions] = [createOutboxRecords({ store, vault }), createSubscriptionRecords({ store, vault })]
  const [feed, bookingKeys] = [createFeedRecords({ store, vault }), createBookingKeyRecords({ store, vault })]
  const open: Record<SealedTable, (id: string) => Promise<unknown>> = {
    async grants(id) {
      const row = await store.grants.get(id)
      for (const sealed of [row?.tokens, ...(row?.fallbackTokens ?? [])]) if (sealed) grants.openSealed(id, sealed)
    },
    async attempts(id) {
      const attempt = await attempts.get(id)
      attempt?.codeVerifier()
      attempt?.code()
      attempt?.answer()
    },
    outbox: async (id) => (await outbox.get(id))?.open(),
    feed: async (position) => (await feed.read({ after: Number(position) - 1, limit: 1 })).events[0]?.open(),
    subscriptions: async (id) => (await subscriptions.get(id))?.secret(),
    async booking_keys(id) {
      const [connection = '', key = ''] = id.split(' ')
      ;(await bookingKeys.get(connection, key))?.request()
    },
  }
  return async (table, id) => {
    try {
      await open[table](id)
    } catch (cause) {
      if (cause instanceof PunctualError && cause.code === 'store_unavailable' && cause.retryable) throw cause
      throw new CliError(
        `A row of "${table}" (${id}) does not open with these keys: set PUNCTUAL_KEYS to those of the old database, which still works as before.`,
        1,
        cause,
      )
    }
  }
}

const words = { copy: 'copying', check: 'opening' }
const width = 24

/** Draws a bar on a terminal, and prints a line for each finished step elsewhere. */
function createProgress(terminal: Terminal, screen: Screen) {
  let drawnAt = 0
  return (step: 'copy' | 'check', table: CopiedTable, done: number, total: number): void => {
    const over = done >= total
    if (!screen.isTTY) {
      if (over && (done > 0 || total === 0)) terminal.line(`${words[step]} ${table}: ${done} of ${total}`)
      return
    }
    if (!over && systemClock.now() - drawnAt < 100) return
    drawnAt = systemClock.now()
    const filled = total === 0 ? width : Math.min(width, Math.round((done / total) * width))
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    screen.write(`\r\u001b[K${words[step]} ${table.padEnd(13)} ${bar} ${done} of ${total}`)
  }
}
