// The help of a command lists the settings that it reads, from the table that is the only list of them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SettingGroup, settingTable } from '../../src/cli/settings/table.ts'
import { run } from './start.ts'

const database: SettingGroup[] = ['every command']
const commands: Record<string, SettingGroup[]> = {
  serve: [...database, 'serve and dev', 'serve'],
  dev: [...database, 'serve and dev', 'dev'],
  'api-keys': database,
  'api-keys create': database,
  events: database,
  migrate: database,
  sandbox: [],
}

describe('the help lists the settings of', { concurrency: 2 }, () => {
  for (const [command, groups] of Object.entries(commands))
    test(command, async () => {
      const { code, stdout } = await run([...command.split(' '), '--help'])
      assert.equal(code, 0)
      const listed = [...stdout.matchAll(/^ {2}([A-Z][A-Z_]+)$/gm)].map(([, name]) => name)
      const expected = Object.entries(settingTable).filter(([, { group }]) => groups.includes(group))
      assert.deepEqual(
        listed,
        expected.map(([name]) => name),
      )
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80 && !/[`[\]]\(|`/.test(line), line)
    })
})
