// The command as a person and a program use it: exit codes, JSON, plain text when piped.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../cli/start.ts'
import { assertNoSecret, startPlace } from './place.ts'

test('when nothing is wrong it ends with 0: lines for a person, without colour when piped', async (t) => {
  const { settings, folder } = await startPlace(t)
  const { code, stdout, stderr } = await run(['doctor'], settings, folder)
  assert.deepEqual([code, stderr], [0, ''], stdout)
  assert.match(stdout, /^✓ node +Node \d+/)
  assert.match(stdout, /^✓ credentials:calcom +Cal\.com accepts id and secret\.$/m)
  assert.match(stdout, /^Nothing is wrong\./m)
  assert.ok(!stdout.includes('\u001b'))
  assertNoSecret(stdout)
})

test('with --json it prints each check with its id, in the documented order, and ends with 1 if one is wrong', async (t) => {
  const { settings, folder } = await startPlace(t)
  const { code, stdout } = await run(['doctor', '--json'], { ...settings, CALENDLY_CLIENT_SECRET: 'another' }, folder)
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { id: string; ok: boolean; fix: unknown }[] }
  assert.deepEqual([code, ok], [1, false])
  assert.deepEqual(
    checks.map(({ id }) => id),
    [
      ...['node', 'settings', 'base_url', 'store', 'schema', 'keys', 'journal', 'escrow', 'clock', 'events'],
      ...['callback', 'credentials', 'scopes', 'webhooks'].map((name) => `${name}:calendly`),
      ...['callback', 'credentials', 'scopes', 'webhooks'].map((name) => `${name}:calcom`),
    ],
  )
  for (const check of checks) assert.deepEqual(Object.keys(check), ['id', 'ok', 'message', 'fix'])
  assert.deepEqual(
    checks.filter((check) => !check.ok).map(({ id }) => id),
    ['credentials:calendly'],
  )
  assertNoSecret(stdout)
})

test('wrong arguments end with 2', async () => {
  for (const args of [['--nope'], ['extra'], ['--explain'], ['--explain', ' ']]) {
    const { code, stdout, stderr } = await run(['doctor', ...args])
    assert.deepEqual([code, stdout], [2, ''], stderr)
  }
})

test('--explain ends with 0 for a text that it knows, and with 1 for another', async () => {
  const known = await run(['doctor', '--explain', '{"code":"needs_reconnect","reason":"refused"}', '--json'])
  assert.equal(known.code, 0)
  assert.deepEqual(Object.keys(JSON.parse(known.stdout) as object), ['known', 'message', 'fix'])
  const other = await run(['doctor', '--explain', 'hello'])
  assert.equal(other.code, 1)
  assert.match(other.stdout, /^This text is not known/)
  // The standard input of the test is empty.
  assert.equal((await run(['doctor', '--explain', '-'])).code, 2)
})
