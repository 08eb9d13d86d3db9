// `punctual api-keys`: makes, lists, replaces and revokes the keys of the HTTP API. A running service sees each change at once.

import type { ApiKey, ApiKeys, ShownApiKey } from '../../access/api-keys.ts'
import { apiScopes } from '../../core/api-scopes.ts'
import type { Operator } from '../../core/operator.ts'
import { audited } from '../operating/audited.ts'
import { withPunctual } from '../operating/with-punctual.ts'
import { CliError } from '../output/cli-error.ts'
import { jsonText } from '../output/listing.ts'
import { shownText } from '../output/shown-text.ts'
import { tableLines } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { readDuration, timeText } from '../output/times.ts'
import type { Settings } from '../settings/settings.ts'

export interface CreateCommand {
  readonly name?: string
  readonly scope?: readonly string[]
  readonly owner?: string
  readonly expiresIn?: string
  readonly json?: boolean
}

/** Makes a key and prints it, once. */
export async function createKey(command: CreateCommand, settings: Settings, terminal: Terminal): Promise<void> {
  const { name, scope = [], owner, expiresIn, json = false } = command
  if (name === undefined) throw new CliError('--name is missing: give a name that says what the key is for.', 2)
  const scopes = scope.map((given) => {
    const found = apiScopes.find((one) => one === given)
    if (found === undefined) throw new CliError(`--scope ${given} is not a scope: ${scopesSentence}`, 2)
    return found
  })
  if (scopes.length === 0) throw new CliError(`--scope is missing: ${scopesSentence}`, 2)
  const expiresInMs = expiresIn === undefined ? undefined : readDuration(expiresIn, '--expires-in')
  await withKeys(settings, async (apiKeys, operator) => {
    const deed = { action: 'api_key_create', subject: (made: ShownApiKey | null) => made?.apiKey.id ?? name }
    const ofOwner = owner === undefined ? {} : { owner }
    const made = await audited(operator, deed, () => apiKeys.create({ name, scopes, expiresInMs, ...ofOwner }))
    show(made, json, terminal)
  })
}

/** Lists every key, oldest first, without any secret. */
export async function listKeys(
  { json = false }: { json?: boolean },
  settings: Settings,
  terminal: Terminal,
): Promise<void> {
  await withKeys(settings, async (apiKeys) => {
    const all: ApiKey[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await apiKeys.list({ cursor, limit: 200 })
      all.push(...page.apiKeys)
      cursor = page.cursor
    }
    if (json) return terminal.line(jsonText({ apiKeys: all }, 2))
    if (all.length === 0) return terminal.line('There is no API key. Make one with: punctual api-keys create')
    const rows = all.map((key) => [
      key.id,
      key.name,
      key.scopes.join(' '),
      key.owner ?? '',
      timeText(key.lastUsedAt),
      stateOf(key),
    ])
    const head = ['id', 'name', 'scopes', 'owner', 'last used', 'state']
    for (const line of tableLines(head, rows, { width: terminal.width, mayCut: [1, 2, 3] })) terminal.line(line)
  })
}

/** Makes a new text for a key, and prints it, once. The one before works for the grace time. */
export async function rotateKey(
  id: string,
  { grace, json = false }: { grace?: string; json?: boolean },
  settings: Settings,
  terminal: Terminal,
): Promise<void> {
  const graceMs = grace === undefined ? undefined : readDuration(grace, '--grace')
  await withKeys(settings, async (apiKeys, operator) => {
    const deed = { action: 'api_key_rotate', subject: id }
    show(await audited(operator, deed, () => apiKeys.rotate(id, { graceMs })), json, terminal)
    if (!json) terminal.line(`The key before it works for ${grace ?? '24h'} more.`)
  })
}

/** Ends a key at once. */
export async function revokeKey(
  id: string,
  { json = false }: { json?: boolean },
  settings: Settings,
  terminal: Terminal,
): Promise<void> {
  await withKeys(settings, async (apiKeys, operator) => {
    const apiKey = await audited(operator, { action: 'api_key_revoke', subject: id }, () => apiKeys.revoke(id))
    terminal.line(json ? jsonText({ apiKey }, 2) : `The key ${id} (${shownText(apiKey.name)}) is revoked.`)
  })
}

const scopesSentence = `the scopes are ${apiScopes.join(', ')}.`

async function withKeys(
  settings: Settings,
  task: (apiKeys: ApiKeys, operator: Operator) => Promise<void>,
): Promise<void> {
  await withPunctual(settings, 'reads', ({ punctual }) => task(punctual.apiKeys, punctual.operator))
}

function show({ key, apiKey }: ShownApiKey, json: boolean, terminal: Terminal): void {
  terminal.line(json ? jsonText({ key, apiKey }, 2) : key)
  if (!json) terminal.line(terminal.paint('dim', `Store it now: it is shown only once. Its id is ${apiKey.id}.`))
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return `revoked ${timeText(revokedAt)}`
  if (expiresAt === null) return 'works'
  return expiresAt.getTime() <= Date.now() ? `expired ${timeText(expiresAt)}` : `works until ${timeText(expiresAt)}`
}
