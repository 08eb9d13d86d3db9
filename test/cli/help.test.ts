// The help of a command lists the settings that it reads, from the table that is the only list of them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SettingGroup, settingTable } from '../../src/cli/settings/table.ts'
import { run } from './start.ts'

const database: SettingGroup[] = ['every command']
const provider: SettingGroup[] = [...database, 'serve and dev']
const commands: Record<string, SettingGroup[]> = {
  '': [],
  serve: [...provider, 'serve'],
  dev: [...provider, 'dev'],
  sandbox: [],
  try: [],
  connect: provider,
  listen: database,
  trigger: [],
  completion: [],
  connections: [],
  'connections list': database,
  'connections show': database,
  'connections test': provider,
  'connections refresh': provider,
  'connections reconnect-link': provider,
  'connections disconnect': provider,
  events: database,
  'events list': database,
  'events show': database,
  'events retry': database,
  'events replay': database,
  'events tail': database,
  'webhooks list': database,
  keys: database,
  'keys new': database,
  'keys check': database,
  'keys status': database,
  'keys rotate': database,
  'api-keys': database,
  'api-keys create': database,
  migrate: database,
  doctor: [],
}

describe('the help lists the settings of', { concurrency: 2 }, () => {
  for (const [command, groups] of Object.entries(commands))
    test(command || 'punctual', async () => {
      const words = command.split(' ').filter(Boolean)
      const { code, stdout } = await run([...words, '--help'])
      assert.equal(code, 0)
      const listed = [...stdout.matchAll(/^ {2}([A-Z][A-Z_]+)$/gm)].map(([, name]) => name)
      const expected = Object.entries(settingTable).filter(([, { group }]) => groups.includes(group))
      assert.deepEqual(
        listed,
        expected.map(([name]) => name),
      )
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80 && !/[`[\]]\(|`/.test(line), line)
      const teaches = words.length > 1 || ['connect', 'listen', 'trigger', 'migrate', 'doctor'].includes(command)
      if (teaches) assert.match(stdout, /^Examples:\n {2}.+:\n {4}\$ punctual /m)
    })
})
