// What is the same for every command: a suggestion for what is misspelt, exit codes, completion, and a database that another
// version has changed.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { startOperated } from './operated.ts'
import { run } from './start.ts'

describe('arguments', { concurrency: 2 }, () => {
  test('a misspelt command or option gets a suggestion, nothing on stdout and exit code 2', async () => {
    for (const [words, suggestion] of [
      [['conections', 'list'], '(Did you mean connections?)'],
      [['connections', 'lst'], '(Did you mean list?)'],
      [['events', 'tial'], '(Did you mean tail?)'],
      [['events', '--daed'], '(Did you mean --dead?)'],
      [['api-keys', 'create', '--scopes', 'admin'], '(Did you mean --scope?)'],
      [['doctor', '--jsno'], '(Did you mean --json?)'],
      [['trigger', 'booking.creatd'], '(Did you mean booking.created?)'],
      [['connect', 'calendy'], '(Did you mean calendly?)'],
      [['connections', 'list', '--status', 'activ'], '(Did you mean active?)'],
    ] as const) {
      const { code, stdout, stderr } = await run(words)
      assert.deepEqual([code, stdout], [2, ''], words.join(' '))
      assert.ok(stderr.includes(suggestion), stderr)
    }
  })

  test('a misspelt setting gets a suggestion too, and does not stop a command', async () => {
    const { code, stderr } = await run(['keys', 'check'], { PUNCTUAL_DATABSE: 'x' })
    assert.equal(code, 0)
    assert.match(stderr, /PUNCTUAL_DATABSE, which is not a setting of Punctual: did you mean PUNCTUAL_DATABASE\?/)
  })

  test('a group without a command prints its help to stderr, and the version is printed', async () => {
    const group = await run(['connections'])
    assert.deepEqual([group.code, group.stdout], [2, ''])
    assert.match(group.stderr, /^Usage: punctual connections /)
    assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
    assert.match((await run(['--help'])).stdout, /It ends with 0 if it did what was asked, 1 if it could not/)
  })

  test('bash completes commands, options and values', async () => {
    const { code, stdout } = await run(['completion', 'bash'])
    assert.equal(code, 0)
    const completed = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _punctual; echo "\${COMPREPLY[*]}"`,
          'completion',
          stdout,
          'punctual',
          ...words,
        ],
        { encoding: 'utf8' },
      ).trim()
    assert.equal(completed('conne'), 'connections connect')
    assert.equal(completed('connections', 're'), 'refresh reconnect-link')
    assert.equal(completed('connections', 'disconnect', 'connection_1', '--y'), '--yes')
    assert.equal(completed('trigger', 'BOOKING_RE'), 'BOOKING_RESCHEDULED BOOKING_REQUESTED BOOKING_REJECTED')
    for (const shell of ['zsh', 'fish']) {
      const script = await run(['completion', shell])
      assert.equal(script.code, 0)
      assert.match(script.stdout, /reconnect-link/)
    }
    assert.equal((await run(['completion', 'cmd'])).code, 2)
  })

  test('no command touches a database of a newer version', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada' })
    await place.punctual.stop()
    const file = new DatabaseSync(place.database)
    file.exec("insert into punctual_migrations values ('9999_later', '2031-01-01T00:00:00.000Z')")
    file.close()
    for (const words of [
      ['connections', 'list'],
      ['connections', 'disconnect', id, '--yes'],
      ['events', 'list'],
      ['events', 'replay', '--all'],
      ['webhooks', 'list'],
      ['api-keys', 'list'],
    ]) {
      const { code, stdout, stderr } = await place.command(...words)
      assert.deepEqual([code, stdout], [1, ''], words.join(' '))
      assert.match(stderr, /newer version of Punctual/)
    }
  })
})
