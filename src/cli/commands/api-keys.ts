// `punctual api-keys`: makes, lists, replaces and revokes the keys of the HTTP API. A running service sees each change at once.

import { existsSync } from 'node:fs'
import { type ApiKey, type ApiKeys, createApiKeys, type ShownApiKey } from '../../access/api-keys.ts'
import { apiScopes } from '../../core/api-scopes.ts'
import { systemClock, systemRandom } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { createApiKeyRecords } from '../../records/api-keys.ts'
import { CliError } from '../output/cli-error.ts'
import { tableLines } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { isPostgres, storeOf } from '../settings/database.ts'
import type { Settings } from '../settings/settings.ts'

type Where = Pick<Settings, 'database'>

export interface CreateCommand {
  readonly name?: string
  readonly scope?: readonly string[]
  readonly owner?: string
  readonly expiresIn?: string
  readonly json?: boolean
}

/** Makes a key and prints it, once. */
export async function createKey(command: CreateCommand, where: Where, terminal: Terminal): Promise<void> {
  const { name, scope = [], owner, expiresIn, json = false } = command
  if (name === undefined) throw new CliError('--name is missing: give a name that says what the key is for.', 2)
  const scopes = scope.map((given) => {
    const found = apiScopes.find((one) => one === given)
    if (found === undefined) throw new CliError(`--scope ${given} is not a scope: ${scopesSentence}`, 2)
    return found
  })
  if (scopes.length === 0) throw new CliError(`--scope is missing: ${scopesSentence}`, 2)
  const expiresInMs = expiresIn === undefined ? undefined : readDuration(expiresIn, '--expires-in')
  await withExistingKeys(where, async (apiKeys) => {
    const made = await apiKeys.create({ name, scopes, expiresInMs, ...(owner === undefined ? {} : { owner }) })
    show(made, json, terminal)
  })
}

/** Lists every key, oldest first, without any secret. */
export async function listKeys({ json = false }: { json?: boolean }, where: Where, terminal: Terminal): Promise<void> {
  await withExistingKeys(where, async (apiKeys) => {
    const all: ApiKey[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await apiKeys.list({ cursor, limit: 200 })
      all.push(...page.apiKeys)
      cursor = page.cursor
    }
    if (json) return terminal.line(JSON.stringify({ apiKeys: all }, null, 2))
    if (all.length === 0) return terminal.line('There is no API key. Make one with: punctual api-keys create')
    const rows = all.map((key) => [
      key.id,
      key.name,
      key.scopes.join(' '),
      key.owner ?? '',
      dayOf(key.lastUsedAt),
      stateOf(key),
    ])
    for (const line of tableLines(['id', 'name', 'scopes', 'owner', 'last used', 'state'], rows)) terminal.line(line)
  })
}

/** Makes a new text for a key, and prints it, once. The one before works for the grace time. */
export async function rotateKey(
  id: string,
  { grace, json = false }: { grace?: string; json?: boolean },
  where: Where,
  terminal: Terminal,
): Promise<void> {
  const graceMs = grace === undefined ? undefined : readDuration(grace, '--grace')
  await withExistingKeys(where, async (apiKeys) => {
    show(await apiKeys.rotate(id, { graceMs }), json, terminal)
    if (!json) terminal.line(`The key before it works for ${grace ?? '24h'} more.`)
  })
}

/** Ends a key at once. */
export async function revokeKey(
  id: string,
  { json = false }: { json?: boolean },
  where: Where,
  terminal: Terminal,
): Promise<void> {
  await withExistingKeys(where, async (apiKeys) => {
    const apiKey = await apiKeys.revoke(id)
    terminal.line(json ? JSON.stringify({ apiKey }, null, 2) : `The key ${id} (${apiKey.name}) is revoked.`)
  })
}

const scopesSentence = `the scopes are ${apiScopes.join(', ')}.`

/** With the keys of a database that exists: a new one, made by mistake in another folder, would have keys that work nowhere. */
async function withExistingKeys(where: Where, task: (apiKeys: ApiKeys) => Promise<void>): Promise<void> {
  if (!isPostgres(where.database) && !existsSync(where.database))
    throw new CliError(
      `There is no database ${where.database}: set PUNCTUAL_DATA or PUNCTUAL_DATABASE, start Punctual first, or make the database with: punctual migrate`,
    )
  await withKeys(where, task)
}

async function withKeys(where: Where, task: (apiKeys: ApiKeys) => Promise<void>): Promise<void> {
  const store = await storeOf(where.database)
  const works: Promise<unknown>[] = []
  try {
    await store.open(systemClock)
    const records = createApiKeyRecords({ store, random: systemRandom })
    await task(createApiKeys({ records, track: (work) => works.push(work) }).apiKeys)
  } catch (error) {
    throw error instanceof PunctualError ? explained(error) : error
  } finally {
    await Promise.all(works)
    await store.close()
  }
}

/** In the words of the command line, where the library names a function. */
function explained(error: PunctualError): unknown {
  if (error.code === 'api_key_not_found')
    return new CliError('There is no such API key, or it has ended: punctual api-keys list lists the ids.')
  return error.code === 'invalid_argument' ? new CliError(error.message.replace(/^apiKeys\.\w+: /, ''), 2) : error
}

function show({ key, apiKey }: ShownApiKey, json: boolean, terminal: Terminal): void {
  terminal.line(json ? JSON.stringify({ key, apiKey }, null, 2) : key)
  if (!json) terminal.line(terminal.paint('dim', `Store it now: it is shown only once. Its id is ${apiKey.id}.`))
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `30d`, `12h` or `90m` into milliseconds. */
function readDuration(text: string, option: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count === undefined) throw new CliError(`${option} ${text} is not a time: give one such as 30d, 12h or 90m.`, 2)
  return Number(count) * (units[unit] ?? 0)
}

function dayOf(time: Date | null): string {
  return time === null ? 'never' : time.toISOString().slice(0, 16).replace('T', ' ')
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return `revoked ${dayOf(revokedAt)}`
  if (expiresAt === null) return 'works'
  return expiresAt.getTime() <= Date.now() ? `expired ${dayOf(expiresAt)}` : `works until ${dayOf(expiresAt)}`
}
