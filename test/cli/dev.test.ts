import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { preloads } from '../support/preloads.ts'
import { browse, connect } from './browse.ts'
import { emptyFolder, run, startDev } from './start.ts'

const clock = (sandbox: string, body: object) => post(`${sandbox}/control/clock`, body)

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('accounts are connected on its page, stay connected through a restart, and get webhooks', async (t) => {
  const folder = emptyFolder()
  const dev = await startDev(folder)
  const browser = browse()
  /** The page of each client's connection. */
  const paths = new Map<string, string>()

  await t.test('the first printed address is the page, which has a button for each provider', async () => {
    const { status, text } = await browse().open(dev.page)
    assert.equal(status, 200)
    assert.match(text, /<button[^>]*>Connect Calendly<\/button>/)
    assert.match(text, /<button[^>]*>Connect Cal\.com<\/button>/)
  })

  await t.test('both providers are connected there', async () => {
    for (const [client, email] of [
      ['calendly', 'ada@calendly.example'],
      ['calcom', 'ada@calcom.example'],
    ] as const) {
      const { text, url } = await connect(browser, dev.page, client)
      paths.set(client, url.pathname)
      for (const shown of ['Ada Lindqvist', email, 'Europe/Stockholm']) assert.ok(text.includes(shown), shown)
    }
  })

  await t.test('the page still shows live answers after the sandbox’s clock has moved by three hours', async () => {
    await fetch(`${dev.sandbox}/control/requests`, { method: 'DELETE' })
    await clock(dev.sandbox, { advance: '3h' })
    const text = await answersOf(dev.page, paths)
    const { requests } = (await (await fetch(`${dev.sandbox}/control/requests`)).json()) as {
      requests: { endpoint: string; provider: string }[]
    }
    assert.ok(text.includes('Meeting 01') && text.includes('Working hours'))
    const refreshes = requests.filter(({ endpoint }) => endpoint === 'token').map(({ provider }) => provider)
    assert.deepEqual(refreshes.sort(), ['calcom', 'calendly'])
  })

  await t.test('webhooks arrive whether the sandbox’s clock is moved forward or back', async () => {
    for (const [client, account] of [
      ['calendly', 'ADALINDQVIST0001'],
      ['calcom', '101'],
    ] as const) {
      await browser.submit(new URL(dev.page), `${paths.get(client)}/webhooks`, {})
      for (const move of [{ advance: '30m' }, { advance: '9d' }, { advance: '-2h' }]) {
        await clock(dev.sandbox, move)
        await post(`${dev.sandbox}/control/bookings`, { provider: client, account })
        await settledWebhooks(dev.sandbox)
      }
    }
    const arrived = await settledWebhooks(dev.sandbox)
    assert.deepEqual(
      arrived.map(({ provider, state }) => `${provider} ${state}`),
      [...Array(3).fill('calendly delivered'), ...Array(3).fill('calcom delivered')],
    )
    assert.equal(dev.output().match(/(invitee\.created|BOOKING_CREATED) \(connection_/g)?.length, 6)
    assert.ok(!dev.output().includes('a webhook was refused'))
  })

  await t.test('it ends at once and without a complaint', async () => {
    const { code, took, stderr } = await dev.stop('SIGINT')
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(took < 10_000, `it took ${took} ms to stop`)
  })

  await t.test('only their owner can read the kept files, and nothing is written outside their folder', () => {
    const mode = (path: string) => statSync(join(folder, path)).mode & 0o777
    assert.deepEqual(readdirSync(folder), ['data'])
    assert.equal(mode('data'), 0o700)
    assert.equal(mode('data/key'), 0o600)
    assert.equal(mode('data/punctual.db'), 0o600)
    assert.equal(mode('data/sandbox.json'), 0o600)
  })

  await t.test('connections survive a restart', async () => {
    const second = await startDev(folder)
    const list = (await browse().open(`${second.page}connections`)).text
    const answers = await answersOf(second.page, paths)
    await second.stop()
    for (const shown of ['ada@calendly.example', 'ada@calcom.example']) assert.ok(list.includes(shown), shown)
    for (const shown of ['Meeting 01', 'Working hours']) assert.ok(answers.includes(shown), shown)
    assert.doesNotMatch(answers, /class="result bad"/)
  })

  const settings = { PUNCTUAL_PORT: '0', PUNCTUAL_DATA: join(folder, 'data') }
  await t.test('a key file without a key stops the start, and is not replaced', async () => {
    const path = join(folder, 'data/key')
    writeFileSync(path, 'rubbish\n')
    const { code, stderr } = await run(['dev'], settings, folder)
    assert.equal(code, 1)
    assert.match(stderr, /^The key file .* does not hold a key .*\n$/)
    assert.ok(!stderr.includes('rubbish'))
    assert.equal(readFileSync(path, 'utf8'), 'rubbish\n')
  })

  await t.test('a missing key file stops the start, and no new key is made', async () => {
    const database = join(folder, 'data/punctual.db')
    rmSync(join(folder, 'data/key'))
    const { code, stdout, stderr } = await run(['dev'], settings, folder)
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^The database .*punctual\.db exists, but its key file .*key is missing: restore the key file/)
    assert.ok(statSync(database).size > 0)
    assert.ok(!readdirSync(join(folder, 'data')).includes('key'))
  })
})

test('on a database that was migrated first, a refused webhook is reported with its reason, in the terminal and on the sandbox’s page', async () => {
  const folder = emptyFolder()
  const settings = { PUNCTUAL_PORT: '0', PUNCTUAL_DATA: join(folder, 'data') }
  const { code, stdout } = await run(['migrate'], settings, folder)
  assert.deepEqual([code, stdout], [0, 'The schema is up to date.\n'])
  // A real provider uses real time, so with one the sandbox's clock is not followed.
  const dev = await startDev(folder, { CALENDLY_CLIENT_ID: 'id', CALENDLY_CLIENT_SECRET: 'hush' })
  const browser = browse()
  const { text, url } = await connect(browser, dev.page, 'calcom')
  const [, id = ''] = /(connection_[\w-]+)\/webhooks"/.exec(text) ?? []
  await browser.submit(url, `/connections/${id}/webhooks`, {})
  await clock(dev.sandbox, { advance: '30m' })
  await post(`${dev.sandbox}/control/bookings`, { provider: 'calcom', account: '101' })
  const [refused] = await settledWebhooks(dev.sandbox)
  const page = await (await fetch(`${dev.sandbox}/webhooks`)).text()
  await dev.stop()
  assert.equal(refused?.state, 'given_up')
  const reason = 'the receiver answered 401: The delivery is refused: in_the_future.'
  assert.ok(page.includes(reason))
  assert.match(dev.output(), new RegExp(`sandbox: BOOKING_CREATED did not reach http://\\S+: ${reason}; given up`))
})

// Ctrl+C in a terminal reaches every process. A process manager signals npm alone, which signals its shell alone.
for (const [signal, target] of [
  ['SIGINT', 'every process'],
  ['SIGINT', 'npm'],
  ['SIGTERM', 'npm'],
] as const) {
  test(`npm start and all its processes end on ${signal} to ${target}`, async () => {
    const root = join(import.meta.dirname, '../..')
    const settings = { PUNCTUAL_PORT: '0', PUNCTUAL_DATA: join(emptyFolder(), 'data') }
    const npm = spawn('npm', ['start'], {
      cwd: root,
      env: { ...process.env, ...settings, NODE_OPTIONS: preloads.join(' ') },
      detached: true,
    })
    let text = ''
    while (!text.includes('Ctrl+C')) text += String((await once(npm.stdout, 'data'))[0])
    const [page = ''] = /http:\S+/.exec(text) ?? []
    const before = performance.now()
    const pid = npm.pid ?? 0
    process.kill(target === 'npm' ? pid : -pid, signal)
    // The output closes when the last process that writes to it has ended.
    await once(npm.stdout.resume(), 'close')
    assert.ok(performance.now() - before < 10_000)
    await assert.rejects(fetch(page))
  })
}

test('a port in use is reported with a sentence that names the setting', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const port = String((other.address() as AddressInfo).port)
  const folder = emptyFolder()
  const page = await run(['dev'], { PUNCTUAL_PORT: port, PUNCTUAL_SANDBOX_PORT: '0' }, folder)
  const box = await run(['dev'], { PUNCTUAL_PORT: '0', PUNCTUAL_SANDBOX_PORT: port }, folder)
  other.close()
  assert.deepEqual([page.code, box.code], [1, 1])
  assert.match(page.stderr, new RegExp(`^Port ${port} is in use: .*PUNCTUAL_PORT.*\\n$`))
  assert.match(box.stderr, new RegExp(`^The sandbox's port ${port} is in use: .*PUNCTUAL_SANDBOX_PORT.*\\n$`))
})

test('no sandbox runs when both providers have real credentials; a .env file is read, and the environment overrides it', async () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, '.env'), 'PUNCTUAL_PORT=never\nPUNCTUAL_DATA=from-file\nCALENDLY_CLIENT_ID=id\n')
  const unread = await run(['dev'], {}, folder)
  assert.equal(unread.code, 2)
  assert.match(unread.stderr, /^PUNCTUAL_PORT is "never"/)
  const real = {
    PUNCTUAL_DATA: 'from-environment',
    CALENDLY_CLIENT_SECRET: 'hush-1',
    CALCOM_CLIENT_ID: 'id',
    CALCOM_CLIENT_SECRET: 'hush-2',
  }
  const dev = await startDev(folder, real)
  const browser = browse()
  const { text, url } = await browser.open(dev.page)
  const begun = await fetch(new URL('/connections', url), {
    method: 'POST',
    body: new URLSearchParams({ client: 'calendly' }),
    headers: { origin: url.origin },
    redirect: 'manual',
  })
  await dev.stop()
  assert.deepEqual(readdirSync(folder).sort(), ['.env', 'from-environment'])
  assert.equal(dev.sandbox, '')
  for (const client of ['calendly', 'calcom']) assert.ok(dev.output().includes(`${dev.page}callback/${client}\n`))
  assert.ok(!/sandbox/i.test(text + dev.output()))
  assert.match(begun.headers.get('location') ?? '', /^https:\/\/auth\.calendly\.com\/oauth\/authorize\?client_id=id&/)
  assert.equal(
    new URL(begun.headers.get('location') ?? '').searchParams.get('scope'),
    'users:read event_types:read scheduled_events:read',
  )
  assert.ok(!(text + dev.output()).includes('hush'))
})

/** What the providers answer, on the pages of those connections. */
async function answersOf(page: string, paths: ReadonlyMap<string, string>): Promise<string> {
  const texts: string[] = []
  for (const path of paths.values()) texts.push((await browse().open(new URL(`${path}/answers`, page))).text)
  return texts.join('\n')
}

interface Webhook {
  provider: string
  state: string
  attempts: unknown[]
}

/** All webhooks, once each has been sent. */
async function settledWebhooks(sandbox: string): Promise<Webhook[]> {
  for (;;) {
    const { webhooks } = (await (await fetch(`${sandbox}/control/webhooks`)).json()) as { webhooks: Webhook[] }
    if (webhooks.length > 0 && webhooks.every(({ attempts }) => attempts.length > 0)) return webhooks
  }
}
