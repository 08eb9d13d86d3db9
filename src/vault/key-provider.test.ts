import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { fetchKeys, type KeyProvider } from './key-provider.ts'

const bytes = Buffer.alloc(32, 0xfb)
const [key, other] = [bytes.toString('base64url'), Buffer.alloc(32, 7).toString('base64url')]
/** With "+" and "/" in it, and "=" at its end. */
const base64 = bytes.toString('base64')

const program = (source: string): KeyProvider => ({ command: [process.execPath, '--eval', source] })

async function refusalOf(provider: KeyProvider, withinMs?: number): Promise<PunctualError> {
  const error = await fetchKeys(provider, systemClock, withinMs).then(
    () => assert.fail('it returned keys'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof PunctualError, String(error))
  assert.deepEqual([error.code, error.reason, error.retryable], ['store_unavailable', 'keys_unavailable', true])
  const all = inspect(error, { depth: 9, showHidden: true })
  for (const secret of [key, other, base64]) assert.ok(!all.includes(secret.slice(0, 12)), all)
  return error
}

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'keys')
  writeFileSync(path, text)
  return path
}

test('a function returns the keys, at once or later', async () => {
  assert.deepEqual(await fetchKeys(() => [key, other], systemClock), [key, other])
  assert.deepEqual(await fetchKeys(async () => [key], systemClock), [key])
})

test('a command prints the keys, one a line, in base64url or as the tools of clouds do', async () => {
  const print = program(`console.log(${JSON.stringify(`${base64}\n\n  ${other}\r`)})`)
  assert.deepEqual(await fetchKeys(print, systemClock), [`${key}=`, other])
})

test('a file holds the keys, one a line', async (t) => {
  assert.deepEqual(await fetchKeys({ file: fileWith(t, `${key}\n${other}\n`) }, systemClock), [key, other])
})

test('a file that need not end, or is too long for keys, is not read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const file of [pipe, '/dev/zero', folder])
    assert.match(
      (await refusalOf({ file })).message,
      /^The key file \S+ is a folder, a pipe or a device, and must be a regular file\. /,
    )
  const long = fileWith(t, `${key}\n`.repeat(2000))
  assert.match(
    (await refusalOf({ file: long })).message,
    /^The key file \S+ has more than 64 KiB, and keys have far less\. /,
  )
})

test('a command runs without a shell, and reads nothing', async () => {
  const echo = program(
    `process.stdin.resume().on('end', () => console.log(process.argv[1] === '$HOME; x' ? ${JSON.stringify(key)} : ''))`,
  )
  const command = [...(echo as { command: string[] }).command, '$HOME; x']
  assert.deepEqual(await fetchKeys({ command }, systemClock), [key])
})

test('a command that fails is told with its exit code and what it said, without what may be a key', async () => {
  const error = await refusalOf(
    program(
      `console.log(${JSON.stringify(key)}); console.error('AccessDenied for ${other}:\\n\\x1b[31m no ${key.slice(0, 16)}'); process.exitCode = 7`,
    ),
  )
  assert.match(
    error.message,
    /^The key command \S+ ended with the exit code 7\. It said: AccessDenied for \[hidden\]: \[31m no \[secret\]\. /,
  )
})

for (const [what, provider, says] of [
  [
    'a command that does not exist',
    { command: ['/nowhere/kms'] },
    /^The key command \/nowhere\/kms cannot be run \(ENOENT\)/,
  ],
  ['a command that prints nothing', program(''), /returned no usable keys: keys is empty/],
  [
    'a command that prints something else',
    program(`console.log('no key')`),
    /returned no usable keys: keys\[0\] must be 32 bytes/,
  ],
  ['a command that prints too much', program(`process.stdout.write('x'.repeat(1e6))`), /printed more than 64 KiB/],
  [
    'a command that is killed',
    program(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1e6)`),
    /was ended by SIGTERM/,
  ],
  ['a file that is not there', { file: '/nowhere/keys' }, /^The key file \/nowhere\/keys cannot be read \(ENOENT\)/],
  [
    'a function that throws',
    () => {
      throw new TypeError(`no access with ${key}`)
    },
    /^The function "keyProvider" failed \(TypeError\)/,
  ],
  [
    'a function that returns something else',
    (async () => key) as never,
    /returned no usable keys: keys must be a list/,
  ],
  ['a function that returns a key twice', () => [key, key], /keys\[1\] is the same key as keys\[0\]/],
] as const satisfies readonly (readonly [string, KeyProvider, RegExp])[])
  test(`${what} is told`, async () => {
    assert.match((await refusalOf(provider)).message, says)
  })

test('what takes too long is given up, and a command is ended', async () => {
  assert.match(
    (await refusalOf(() => new Promise(() => {}), 20)).message,
    /did not return the keys within 0\.02 seconds/,
  )
  // It would keep this test from ending.
  await refusalOf(program('setInterval(() => {}, 1e6)'), 20)
})
