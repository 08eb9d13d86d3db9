// Opens the Punctual of the settings for one command, beside a service that may be running on the same database, and closes
// it again. Nothing of it works in the background: it refreshes and dispatches nothing that the command does not ask for.

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { announcedTypes } from '../../core/events.ts'
import type { Client } from '../../core/provider.ts'
import type { PunctualOptions } from '../../options.ts'
import { createPunctual, type Punctual } from '../../punctual.ts'
import { CliError } from '../output/cli-error.ts'
import { configuredClients, scopesToBook, standInAt } from '../settings/clients.ts'
import { isPostgres, storeOf } from '../settings/database.ts'
import { escrowOf } from '../settings/escrow.ts'
import { keysOf, makeKeyOfNew } from '../settings/keys.ts'
import { type Provider, providers } from '../settings/provider-names.ts'
import { earlierSandboxPort } from '../settings/sandbox-port.ts'
import { ownDatabase, type Settings } from '../settings/settings.ts'
import { explained } from './explained.ts'
import { whenReady } from './ready.ts'

/**
 * `reads`: it looks, and needs no key; what is sealed opens if the key is at hand. `opens`: it reads what is sealed. `acts`: it
 * may refresh, revoke and write what is sealed. `connects`: the same, also with a database that does not exist yet.
 */
export type Purpose = 'reads' | 'opens' | 'acts' | 'connects'

/** How the command is reached by a browser, where it is. */
export type Reached = Partial<Pick<PunctualOptions, 'baseUrl' | 'currentOwner'>>

export interface Opened {
  readonly punctual: Punctual
  readonly clients: readonly Client[]
  /** Where the service of these settings is reached; no slash at the end. */
  readonly baseUrl: string
  /** @throws {CliError} if the settings do not name that client: its provider would refuse another one. */
  assertSet(client: string): void
}

export async function withPunctual<Result>(
  settings: Settings,
  purpose: Purpose,
  task: (opened: Opened) => Promise<Result>,
  reached: Reached = {},
): Promise<Result> {
  if (purpose === 'connects') makeKeyOfNew(settings)
  else assertExists(settings.database)
  const set = clientsAtHand(settings)
  const baseUrl = String(reached.baseUrl ?? baseUrlOf(settings))
  const changes = purpose === 'acts' || purpose === 'connects'
  const unset = providers.filter((name) => !set.some(({ id }) => id === name)).map(unreachable)
  const store = await storeOf(settings.database)
  // What changes must reach the application: the events are written, and a process that has a destination dispatches them.
  if (changes) store.announce(announcedTypes)
  const punctual = createPunctual({
    ...reached,
    baseUrl,
    keys: await keysAtHand(settings, purpose),
    clients: [...set, ...unset],
    store,
    returnTo: settings.returnTo,
    journal: changes ? join(settings.data, 'journal') : null,
    escrow: changes && settings.escrow !== null ? await escrowOf(settings.escrow) : null,
  })
  try {
    if (purpose !== 'reads') await whenReady(punctual)
    return await task({ punctual, clients: set, baseUrl, assertSet: (client) => assertSet(set, client) })
  } catch (error) {
    throw explained(error)
  } finally {
    await punctual.stop()
  }
}

/** @throws {CliError} A new database, made by mistake in another folder, would show nothing and hide the mistake. */
export function assertExists(database: string): void {
  if (isPostgres(database) || existsSync(database)) return
  throw new CliError(
    `There is no database ${database}: set PUNCTUAL_DATA or PUNCTUAL_DATABASE, start Punctual first, or make the database with: punctual migrate`,
  )
}

export function baseUrlOf({ url, port }: Pick<Settings, 'url' | 'port'>): string {
  return url ?? `http://localhost:${port === 0 ? 4600 : port}`
}

/** The clients of the settings, and for a database of `dev` those of its sandbox. */
export function clientsAtHand(settings: Settings): readonly Client[] {
  const set = configuredClients(settings, scopesToBook).map(({ client }) => client)
  const port = settings.database === ownDatabase(settings.data) ? earlierSandboxPort(settings.data) : 0
  if (port === 0) return set
  const missing = providers.filter((name) => !set.some(({ id }) => id === name))
  return [...set, ...missing.map((name) => standInAt(name, `http://127.0.0.1:${port}`))]
}

/** In the place of a client that the settings do not name. Nothing listens on the port for what is thrown away. */
function unreachable(name: Provider): Client {
  return standInAt(name, 'http://127.0.0.1:9')
}

function assertSet(set: readonly Client[], client: string): void {
  if (set.some(({ id }) => id === client)) return
  const names: Readonly<Record<string, string>> = { calendly: 'CALENDLY', calcom: 'CALCOM' }
  const prefix = names[client]
  throw new CliError(
    prefix === undefined
      ? `The client ${client} is one of your application's own: the commands know those of the settings alone. Use punctual.connections there.`
      : `This calls the provider, and the settings do not name its client: set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET as the service has them.`,
    2,
  )
}

async function keysAtHand(settings: Settings, purpose: Purpose): Promise<readonly string[]> {
  const { keys, keyProvider, data } = settings
  const areThere = keys !== null || keyProvider !== null || existsSync(join(data, 'key'))
  if (purpose !== 'reads' || areThere) return keysOf(settings)
  // What reads seals nothing: this key opens nothing and is written nowhere.
  return [randomBytes(32).toString('base64url')]
}
