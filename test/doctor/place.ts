// A place in which everything is well: a sandbox with registered clients, a database that has been used, keys, a receiver of
// events. A test plants one mistake in it and looks at what doctor says.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { diagnose, type Result } from '../../src/cli/doctor/diagnose.ts'
import { scopesToBook } from '../../src/cli/settings/clients.ts'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { emptyFolder } from '../cli/start.ts'
import { attachment, attempt } from '../store/fixtures.ts'
import { startReceiver } from '../support/receiver.ts'
import { testKey } from '../support/settings.ts'

export const ids: Readonly<Record<'calendly' | 'calcom', string>> = {
  calendly: 'aB3_dE6-gH9jK2mN5pQ8rS1tU4vW7xY0zA-cD_eF2gH',
  calcom: 'c0ffee'.repeat(10).padEnd(64, '1'),
}
export const secrets: Readonly<Record<'calendly' | 'calcom' | 'webhookKey' | 'events', string>> = {
  calendly: 'the-secret-of-the-calendly-client',
  calcom: '5ec2e7'.repeat(10).padEnd(64, '9'),
  webhookKey: 'the-webhook-signing-key-of-the-app',
  events: `whsec_${Buffer.alloc(32, 3).toString('base64')}`,
}
export const otherKey: string = Buffer.alloc(32, 9).toString('base64url')

/** The origin of the service, which does not run. */
export const origin = 'http://localhost:4699'

export interface PlaceOptions {
  readonly redirectUris?: Partial<Record<'calendly' | 'calcom', readonly string[]>>
  readonly scopes?: Partial<Record<'calendly' | 'calcom', readonly string[]>>
}

export interface Place {
  readonly sandbox: Sandbox
  readonly folder: string
  readonly data: string
  /** The settings of a place in which all is well. */
  readonly settings: Record<string, string>
}

export async function startPlace(
  t: TestContext,
  { redirectUris = {}, scopes = {} }: PlaceOptions = {},
): Promise<Place> {
  const common = (name: 'calendly' | 'calcom') => ({
    id: ids[name],
    secret: secrets[name],
    redirectUris: [...(redirectUris[name] ?? [`${origin}/callback/${name}`])],
    scopes: [...(scopes[name] ?? scopesToBook[name])],
  })
  const sandbox = await createSandbox({
    clients: [
      { provider: 'calendly', kind: 'web', webhookKey: secrets.webhookKey, ...common('calendly') },
      { provider: 'calcom', type: 'CONFIDENTIAL', ...common('calcom') },
    ],
  })
  t.after(() => sandbox.close())
  const receiver = await startReceiver(t)
  const folder = emptyFolder()
  const data = join(folder, 'data')
  await makeDatabase(join(data, 'punctual.db'), testKey)
  return {
    sandbox,
    folder,
    data,
    settings: {
      PUNCTUAL_PORT: '4699',
      PUNCTUAL_DATA: data,
      PUNCTUAL_KEYS: testKey,
      PUNCTUAL_EVENTS_URL: receiver.url,
      PUNCTUAL_EVENTS_SECRETS: secrets.events,
      CALENDLY_CLIENT_ID: ids.calendly,
      CALENDLY_CLIENT_SECRET: secrets.calendly,
      CALENDLY_WEBHOOK_KEY: secrets.webhookKey,
      CALENDLY_AUTH_URL: sandbox.calendly.hosts.auth,
      CALENDLY_API_URL: sandbox.calendly.hosts.api,
      CALCOM_CLIENT_ID: ids.calcom,
      CALCOM_CLIENT_SECRET: secrets.calcom,
      CALCOM_APP_URL: sandbox.calcom.hosts.app,
      CALCOM_API_URL: sandbox.calcom.hosts.api,
    },
  }
}

/** Stores a connection in the database at the path, and makes that first if needed. */
export async function makeDatabase(path: string, key: string, account = 'ada'): Promise<void> {
  const store = sqlite(path)
  await store.open(systemClock)
  await seal(store, key, account)
  await store.close()
}

/** Stores a connection whose tokens are sealed with that key, and whose refresh failed never. */
export async function seal(store: Store, key: string, account = 'ada'): Promise<void> {
  const vault = createVault(createKeyring([key]), systemRandom)
  const id = `attempt of ${account}`
  const verifier = vault.seal({ table: 'attempts', row: id, column: 'verifier' }, 'verifier')
  const answer = vault.seal({ table: 'attempts', row: id, column: 'answer' }, 'answer')
  await store.attempts.insert(attempt(id, { verifier }), 600_000)
  await store.attempts.consume(`state of ${id}`, 'calendly')
  await store.attempts.advance(id, 'consumed', 'exchanged', { answer })
  const place = { table: 'grants', row: grantId('calendly', account), column: 'tokens' }
  const tokens = vault.seal(place, JSON.stringify({ a: 'access token', r: 'refresh token' }))
  assert.ok(await store.connections.attach(attachment(id, { account, grant: { tokens } })))
}

export interface Asked {
  readonly settings?: Record<string, string | undefined>
  readonly now?: () => number
  readonly requestDeadlineMs?: number
  readonly checkDeadlineMs?: number
}

/** What doctor finds with the settings of the place, changed by these; `undefined` removes one. */
export function look(
  { settings, folder }: Pick<Place, 'settings' | 'folder'>,
  asked: Asked = {},
): Promise<readonly Result[]> {
  return diagnose({
    environment: { ...settings, ...asked.settings },
    folder,
    node: { version: process.versions.node, tooOld: null },
    now: asked.now ?? Date.now,
    requestDeadlineMs: asked.requestDeadlineMs ?? 5000,
    ...(asked.checkDeadlineMs === undefined ? {} : { checkDeadlineMs: asked.checkDeadlineMs }),
  })
}

/** Asserts that these checks, and no others, find something wrong, each with that sentence in its message or its fix. */
export function assertWrong(results: readonly Result[], expected: Readonly<Record<string, RegExp>>): void {
  const found = results.filter(({ kind }) => kind === 'wrong')
  const said = JSON.stringify(found, null, 2)
  assert.deepEqual(found.map(({ id }) => id).sort(), Object.keys(expected).sort(), said)
  for (const { id, message, fix } of found) {
    assert.match(`${message}\n${fix}`, expected[id] ?? /never/, said)
    assert.ok(fix !== null && fix.length > 10, `${id} has a fix`)
  }
  assertNoSecret(JSON.stringify(results))
}

export function assertNoSecret(text: string): void {
  for (const secret of [...Object.values(secrets), testKey, otherKey])
    assert.ok(!text.includes(secret), `${text} holds ${secret}`)
}
