import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/cli/settings/settings.ts'
import { settingTable } from '../../src/cli/settings/table.ts'
import { emptyFolder, run, runAlone } from './start.ts'

const key = Buffer.alloc(32, 7).toString('base64url')

const signing = `whsec_${key}=`

const cases: readonly (readonly [settings: Record<string, string>, sentence: RegExp])[] = [
  [{ PUNCTUAL_PORT: 'http' }, /^PUNCTUAL_PORT is "http": give a port from 1 to 65535, or 0 for any free port\.\n$/],
  [{ PUNCTUAL_PORT: '70000' }, /^PUNCTUAL_PORT is "70000": /],
  [{ PUNCTUAL_PORT: '-1' }, /^PUNCTUAL_PORT is "-1": /],
  [{ PUNCTUAL_SANDBOX_PORT: '4.5' }, /^PUNCTUAL_SANDBOX_PORT is "4\.5": /],
  [
    { PUNCTUAL_PORT: '4700', PUNCTUAL_SANDBOX_PORT: '4700' },
    /^PUNCTUAL_SANDBOX_PORT is 4700, the same as PUNCTUAL_PORT: /,
  ],
  [{ PUNCTUAL_DATA: 'taken' }, /^PUNCTUAL_DATA names taken, which cannot be used as a folder \(\w+\): /],
  [{ PUNCTUAL_URL: 'localhost' }, /^PUNCTUAL_URL is not an address: /],
  [{ PUNCTUAL_URL: 'http://localhost:4600/path' }, /^PUNCTUAL_URL must be an origin such as/],
  [{ PUNCTUAL_URL: 'https://app.example.com' }, /^PUNCTUAL_URL must be on localhost, .* has no login/],
  [{ PUNCTUAL_KEYS: 'short' }, /^PUNCTUAL_KEYS is wrong, keys\[0\] must be 32 bytes in base64url, and is 3 bytes long/],
  [{ PUNCTUAL_KEYS: `${key},` }, /^PUNCTUAL_KEYS is wrong, keys\[1\] is missing/],
  [{ PUNCTUAL_KEYS: `${key},${key}` }, /^PUNCTUAL_KEYS is wrong, keys\[1\] is the same key as keys\[0\]/],
  [
    { PUNCTUAL_DATABASE: 'postgres://u:hush@db/punctual' },
    /^PUNCTUAL_DATABASE names a Postgres database, which other machines may share.*set PUNCTUAL_KEYS/,
  ],
  [{ PUNCTUAL_DATABASE: 'mysql://db' }, /^PUNCTUAL_DATABASE must be the path of a SQLite file/],
  [{ CALENDLY_CLIENT_ID: 'id' }, /^CALENDLY_CLIENT_SECRET is missing while CALENDLY_CLIENT_ID is set: /],
  [{ CALENDLY_WEBHOOK_KEY: 'hush' }, /^CALENDLY_WEBHOOK_KEY is set while CALENDLY_CLIENT_ID is not: /],
  [{ CALENDLY_CLIENT_SECRET: 'hush' }, /^CALENDLY_CLIENT_ID is missing while CALENDLY_CLIENT_SECRET is set: /],
  [{ CALCOM_CLIENT_ID: 'id' }, /^CALCOM_CLIENT_SECRET is missing while CALCOM_CLIENT_ID is set: /],
  [{ CALCOM_CLIENT_SECRET: 'hush' }, /^CALCOM_CLIENT_ID is missing while CALCOM_CLIENT_SECRET is set: /],
  [
    { PUNCTUAL_EVENTS_URL: 'https://a.example' },
    /^PUNCTUAL_EVENTS_SECRETS is missing while PUNCTUAL_EVENTS_URL is set: /,
  ],
  [
    { PUNCTUAL_EVENTS_URL: 'https://0xa.1/', PUNCTUAL_EVENTS_SECRETS: signing },
    /^PUNCTUAL_EVENTS_URL is at an address of a private network\. .*PUNCTUAL_ALLOW_PRIVATE_ADDRESSES/,
  ],
  [{ PUNCTUAL_EVENTS_SECRETS: signing }, /^PUNCTUAL_EVENTS_URL is missing while PUNCTUAL_EVENTS_SECRETS is set: /],
  [
    { PUNCTUAL_EVENTS_URL: 'http://a.example', PUNCTUAL_EVENTS_SECRETS: signing },
    /^PUNCTUAL_EVENTS_URL must be an https address/,
  ],
  [
    { PUNCTUAL_EVENTS_URL: 'https://a.example', PUNCTUAL_EVENTS_SECRETS: `${signing},hush` },
    /^PUNCTUAL_EVENTS_SECRETS must be whsec_ and 24 to 64 bytes in base64\. Make one with: /,
  ],
]

test('each wrong setting is refused with one sentence', { concurrency: 4 }, async (t) => {
  const tests = cases.map(([settings, sentence]) => {
    const title = Object.entries(settings).map(([name, value]) => `${name}=${value.slice(0, 40)}`)
    return t.test(title.join(' '), async () => {
      const folder = emptyFolder()
      writeFileSync(join(folder, 'taken'), '')
      const { code, stdout, stderr } = await run(['dev'], { PUNCTUAL_PORT: '0', ...settings }, folder)
      assert.match(stderr, sentence)
      assert.deepEqual([code, stdout], [2, ''])
      assert.equal(stderr.trimEnd().split('\n').length, 1, 'one sentence, no stack')
      assert.ok(!stderr.includes('hush') && !stderr.includes(key))
    })
  })
  await Promise.all(tests)
})

test('every setting of white space alone is refused by its name, in the environment and in the file', () => {
  const folder = emptyFolder()
  const path = join(folder, '.env')
  for (const name of Object.keys(settingTable))
    for (const blank of [' ', '\t', '\n', '\u00a0 ']) {
      const refusal = { message: `${name} is white space alone: give it a value, or remove it.`, exitCode: 2 }
      assert.throws(() => readSettings({ [name]: blank }, folder), refusal)
      writeFileSync(path, `${name}="${blank}"\n`)
      assert.throws(() => readSettings({}, folder), refusal)
      assert.throws(() => readSettings({ [name]: '' }, folder), refusal, 'an empty one leaves the word to the file')
      writeFileSync(path, '')
      assert.doesNotThrow(() => readSettings({ [name]: '' }, folder), name)
    }
})

test('a .env of any editor is read: UTF-8 and UTF-16, with and without a byte order mark, with any line ends', () => {
  const folder = emptyFolder()
  const text = '# Schlüssel\nPUNCTUAL_PORT=17611\nPUNCTUAL_DATA=größe\n'
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`.replaceAll('\n', '\r\n')),
    Buffer.from(text.replaceAll('\n', '\r')),
    Buffer.from(text.replace('PUNCTUAL_DATA', '\ufeffPUNCTUAL_DATA')),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  ]) {
    writeFileSync(join(folder, '.env'), bytes)
    const { port, data } = readSettings({}, folder)
    assert.deepEqual([port, data], [17_611, 'größe'], bytes.toString('hex'))
  }
})

test('a .env that is not text is refused with a sentence that repeats nothing of it', async () => {
  const text = 'PUNCTUAL_KEYS=hush # Schlüssel\n'
  const folder = emptyFolder()
  for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le'), Buffer.from(`${text}\0`)]) {
    writeFileSync(join(folder, '.env'), bytes)
    const { code, stdout, stderr } = await run(['dev'], {}, folder)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^The settings file .*\.env is not UTF-8 text: save it as UTF-8\.\n$/)
  }
})

test('a misspelt setting gets a remark that names the probable setting', async () => {
  const folder = emptyFolder()
  const lines = ['PUNCTUAL_PROT=1', 'CALENDLY_CLIENT_SECRTE=hush', 'CALCOM_ID=1', 'punctual_data=x', 'OTHER=1']
  writeFileSync(join(folder, '.env'), lines.join('\n'))
  const { remarks } = readSettings({}, folder)
  const path = join(folder, '.env')
  const remark = (name: string, remedy: string) =>
    `The settings file ${path} sets ${name}, which is not a setting of Punctual: ${remedy}`
  assert.deepEqual(remarks, [
    remark('CALCOM_ID', 'correct it if it is meant for Punctual.'),
    remark('CALENDLY_CLIENT_SECRTE', 'did you mean CALENDLY_CLIENT_SECRET?'),
    remark('PUNCTUAL_PROT', 'did you mean PUNCTUAL_PORT?'),
    remark('punctual_data', 'did you mean PUNCTUAL_DATA?'),
  ])
  const { code, stderr } = await run(['migrate'], { PUNCTUAL_DATA: join(folder, 'data') }, folder)
  assert.deepEqual([code, stderr], [0, remarks.map((one) => `${one}\n`).join('')])
})

test('a .env that is not a file is refused with a sentence', async () => {
  for (const make of [mkdirSync, (path: string) => execFileSync('mkfifo', [path])]) {
    const folder = emptyFolder()
    make(join(folder, '.env'))
    const { code, stderr } = await runAlone(['connections', 'list'], {}, folder)
    assert.equal(code, 2)
    assert.match(
      stderr,
      /^The settings file .*\.env is a folder, a pipe or a device, and must be a regular file: move it away\.\n$/,
    )
  }
})

test('wrong arguments end every command with 2, and a question for help or version with 0', {
  concurrency: 4,
}, async (t) => {
  const cases: readonly (readonly [words: readonly string[], sentence: RegExp])[] = [
    [['serves'], /unknown command 'serves'/],
    [['serve', '--port', '3'], /unknown option '--port'/],
    [['serve', 'extra'], /too many arguments/],
    [['dev', '--foo'], /unknown option '--foo'/],
    [['sandbox', '--port', 'x'], /Give a port from 1 to 65535/],
    [['migrate', '--to'], /argument missing/],
    [['events', 'replay', '--foo'], /unknown option '--foo'/],
    [['api-keys', 'rotate'], /missing required argument 'id'/],
    [['api-keys', 'rotate', 'x', '--foo'], /unknown option '--foo'/],
  ]
  await Promise.all([
    ...cases.map(([words, sentence]) =>
      t.test(words.join(' '), async () => {
        const { code, stdout, stderr } = await run(words)
        assert.match(stderr, sentence)
        assert.deepEqual([code, stdout], [2, ''])
        assert.equal(stderr.match(/^error:/gm)?.length, 1, 'said once')
      }),
    ),
    ...[['--help'], ['--version'], ['api-keys', 'create', '--help']].map((words) =>
      t.test(words.join(' '), async () => assert.equal((await run(words)).code, 0)),
    ),
  ])
})

test('what a part of the service says of an option is said of its setting', async () => {
  const app = { CALENDLY_CLIENT_ID: 'id', CALENDLY_CLIENT_SECRET: 'hush', PUNCTUAL_PORT: '0' }
  for (const command of ['serve', 'dev']) {
    const { code, stdout, stderr } = await run([command], { ...app, CALENDLY_SCOPES: 'fly' })
    assert.match(stderr, /^CALENDLY_SCOPES is wrong: scopes\[0\] .*fly.*\.\n$/)
    assert.deepEqual([code, stdout], [2, ''])
  }
})

test('a folder in which nothing can be made is refused with a sentence, and does not keep the process busy', async () => {
  const settings = {
    CALENDLY_AUTH_URL: 'http://127.0.0.1:1',
    CALENDLY_API_URL: 'http://127.0.0.1:1',
    PUNCTUAL_PORT: '0',
  }
  const { code, stderr } = await run(['serve'], { ...settings, PUNCTUAL_DATA: '/proc/nope/deeper' })
  assert.match(stderr, /^PUNCTUAL_DATA names \/proc\/nope\/deeper, which cannot be used as a folder \(\w+\): .*\n$/)
  assert.equal(code, 2)
  const database = await run(['migrate'], { PUNCTUAL_DATABASE: '/proc/nope/punctual.db', PUNCTUAL_KEYS: key })
  assert.equal(database.code, 1)
  assert.match(database.stderr, /^\/proc\/nope\/punctual\.db .*\n$/)
})

test('a name that differs from a setting by a letter gets a remark, and the variable of the guide none', () => {
  const remark = (name: string, near: string) =>
    `The environment sets ${name}, which is not a setting of Punctual: did you mean ${near}?`
  const environment = {
    CALENDY_CLIENT_ID: 'a',
    CALLCOM_CLIENT_SECRET: 'a',
    PUNCTUALL_DATA: 'a',
    PUNTUAL_URL: 'a',
    PUNCTUAL_API_KEY: 'pk_1',
    CALENDAR_CLIENT_ID: 'of another program',
    HOME: '/root',
    PATH: '/bin',
  }
  assert.deepEqual(readSettings(environment, emptyFolder()).remarks, [
    remark('CALENDY_CLIENT_ID', 'CALENDLY_CLIENT_ID'),
    remark('CALLCOM_CLIENT_SECRET', 'CALCOM_CLIENT_SECRET'),
    remark('PUNCTUALL_DATA', 'PUNCTUAL_DATA'),
    remark('PUNTUAL_URL', 'PUNCTUAL_URL'),
  ])
})

test('the known commands are listed', async () => {
  const { stdout } = await run(['--help'])
  for (const command of ['serve', 'api-keys', 'dev', 'sandbox', 'try'])
    assert.match(stdout, new RegExp(`^ {2}${command}\\b`, 'm'))
})
