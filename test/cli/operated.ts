// A host application on SQLite beside a sandbox, and the commands on the same database: each is a process of its own.

import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, type Host, startHost, testKey } from '../support/host.ts'
import { type Ended, emptyFolder, run } from './start.ts'

export interface Operated extends Host {
  readonly folder: string
  readonly database: string
  readonly settings: Record<string, string>
  command(...words: string[]): Promise<Ended>
  /** The object that the command prints. */
  json<Printed>(...words: string[]): Promise<Printed>
  /** The objects that the command prints, a line each. */
  lines<Item>(...words: string[]): Promise<Item[]>
}

export async function startOperated(t: Pick<TestContext, 'after'>, more: object = {}): Promise<Operated> {
  const folder = emptyFolder()
  const database = join(folder, 'punctual.db')
  const host = await startHost(t, { store: sqlite(database), ...more })
  const { calendly, calcom } = host.sandbox
  const settings = {
    PUNCTUAL_DATABASE: database,
    PUNCTUAL_DATA: join(folder, 'data'),
    PUNCTUAL_KEYS: testKey,
    PUNCTUAL_URL: baseUrl,
    CALENDLY_AUTH_URL: calendly.hosts.auth,
    CALENDLY_API_URL: calendly.hosts.api,
    CALCOM_APP_URL: calcom.hosts.app,
    CALCOM_API_URL: calcom.hosts.api,
  }
  const command = (...words: string[]) => run(words, settings, folder)
  const printed = async (words: readonly string[]) => {
    const { stdout, stderr } = await command(...words, '--json')
    if (stdout === '' && stderr !== '') throw new Error(stderr)
    return stdout
  }
  return Object.assign(host, {
    folder,
    database,
    settings,
    command,
    json: async <Printed>(...words: string[]) => JSON.parse(await printed(words)) as Printed,
    lines: async <Item>(...words: string[]) =>
      (await printed(words))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Item),
  })
}
