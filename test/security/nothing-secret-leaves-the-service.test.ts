// Walks every journey of the service with secrets that are known, and then searches everything that it has written, printed, shown or
// sent to the application: also after a crash, and in the memory of the application's own process.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { emptyFolder, run, type StartedService, startServe } from '../cli/start.ts'
import type { Json } from '../server/service.ts'
import { createBrowser } from '../support/browser.ts'
import { startReceiver } from '../support/receiver.ts'
import type { Answered, Asked } from './canaries/host-application.ts'
import { type Kept, keptInFiles, keptInPostgres } from './canaries/kept.ts'
import { startRecordedSandbox } from './canaries/recorded-sandbox.ts'
import { assertNowhere } from './canaries/search.ts'

const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const dayMs = 86_400_000

interface Application {
  ask(
    method: string,
    path: string,
    body?: object | null,
    more?: Record<string, string>,
  ): Promise<Answered & { readonly json: Json }>
  /** What the process has in its memory. */
  memory(): Promise<string>
  service: StartedService
  key: string
}

async function startApplication(t: { after(end: () => unknown): void }, folder: string): Promise<Application> {
  const child = fork(join(import.meta.dirname, 'canaries/host-application.ts'), { env: { PATH: process.env.PATH } })
  t.after(() => child.kill())
  let count = 0
  const application: Application = {
    service: undefined as never,
    key: '',
    async ask(method, path, body = null, more = {}) {
      const headers = { authorization: `Bearer ${application.key}`, 'content-type': 'application/json', ...more }
      const asked: Asked = {
        id: ++count,
        method,
        url: application.service.url + path,
        headers,
        body: body && JSON.stringify(body),
      }
      child.send(asked)
      const [answer] = (await once(child, 'message')) as [Answered]
      assert.equal(answer.id, asked.id)
      return { ...answer, json: /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.text) : null }
    },
    async memory() {
      const path = join(folder, 'application.heapsnapshot')
      child.send({ snapshot: path })
      await once(child, 'message')
      return readFileSync(path, 'latin1')
    },
  }
  return application
}

for (const [where, keptIn] of Object.entries({ SQLite: keptInFiles, Postgres: keptInPostgres }))
  test(`no secret of any journey is written, printed, shown or sent to the application, on ${where}`, async (t) => {
    const folder = emptyFolder()
    await walkAndSearch(t, folder, await keptIn(folder, t))
  })

async function walkAndSearch(t: TestContext, folder: string, kept: Kept): Promise<void> {
  const { sandbox, secrets, note } = await startRecordedSandbox(t)
  const receiver = await startReceiver(t)
  const signing = `whsec_${randomBytes(32).toString('base64')}`
  const { calendly, calcom } = sandbox
  const settings = {
    CALENDLY_AUTH_URL: calendly.hosts.auth,
    CALENDLY_API_URL: calendly.hosts.api,
    CALENDLY_CLIENT_ID: calendly.clientId,
    CALENDLY_CLIENT_SECRET: calendly.clientSecret,
    CALENDLY_WEBHOOK_KEY: sandbox.calendlyWebhookKey,
    CALCOM_APP_URL: calcom.hosts.app,
    CALCOM_API_URL: calcom.hosts.api,
    CALCOM_CLIENT_ID: calcom.clientId,
    CALCOM_CLIENT_SECRET: calcom.clientSecret,
    PUNCTUAL_TOKENS: 'off',
    PUNCTUAL_LOG_LEVEL: 'debug',
    PUNCTUAL_EVENTS_URL: receiver.url,
    PUNCTUAL_EVENTS_SECRETS: signing,
    PUNCTUAL_DATA: join(folder, 'data'),
    ...kept.settings,
  }
  const printed: [string, string][] = []
  const start = async (more: Record<string, string> = {}) => {
    const service = await startServe(folder, { ...settings, ...more })
    t.after(() => service.stop('SIGKILL'))
    return service
  }
  const application = await startApplication(t, folder)
  const { ask } = application
  application.service = await start()
  application.key = application.service.key ?? ''
  const browser = createBrowser()
  const pages: string[] = []

  async function connect(client: 'calendly' | 'calcom', consents = true): Promise<string> {
    const returnTo = `${application.service.url}/docs`
    const { json: session } = await ask('POST', '/v1/connect-sessions', { owner: 'ada', returnTo, clients: [client] })
    pages.push((await browser.open(session.url)).text)
    const url = await browser.sentTo(`${session.url}?client=${client}`)
    note(url.searchParams)
    const back = await sandbox.authorize({ url, account: 'eve', allow: consents })
    note(back.searchParams)
    const other = new URL(back)
    other.searchParams.set('state', 'unknown')
    pages.push((await createBrowser().open(other)).text, (await createBrowser().open(back)).text)
    const arrived = await browser.open(back)
    pages.push(arrived.url.href, arrived.text)
    const completed = await ask('POST', `/v1/connect-sessions/${session.id}/complete`, { owner: 'ada' })
    return completed.json.id
  }

  async function book(path: string): Promise<void> {
    const { json: listed } = await ask('GET', `${path}/event-types?active=true`)
    const type = listed.eventTypes.find((one: { capacity: number }) => one.capacity === 1)
    const required = type.questions.filter((question: { required: boolean }) => question.required)
    const answers = Object.fromEntries(required.map((one: Json) => [one.key, one.options?.[0] ?? '+33 1 23 45 67 89']))
    const now = sandbox.clock.now()
    const span = { from: new Date(now + dayMs).toISOString(), to: new Date(now + 6 * dayMs).toISOString() }
    const { json: free } = await ask('GET', `${path}/slots?${new URLSearchParams({ eventType: type.id, ...span })}`)
    const [first, second] = [free.slots[0], free.slots.at(-1)]
    const request = { eventType: type.id, start: first.start, attendee, answers }
    const booked = await ask('POST', `${path}/bookings`, request, { 'idempotency-key': 'one' })
    assert.equal(booked.status, 201, booked.text)
    const booking = `${path}/bookings/${encodeURIComponent(booked.json.id)}`
    const moved = await ask(
      'POST',
      `${booking}/reschedule`,
      { start: second.start, allow: 'rebook' },
      { 'idempotency-key': 'two' },
    )
    assert.equal(moved.status, 200, moved.text)
    const now2 = encodeURIComponent(moved.json.booking.id)
    await ask('POST', `${path}/bookings/${now2}/cancel`, { reason: 'Ill' }, { 'idempotency-key': 'three' })
    await ask('GET', `${path}/bookings`)
  }

  const me = { calendly: '/users/me', calcom: '/v2/me' }
  const paths: Record<string, string> = {}
  for (const client of ['calendly', 'calcom'] as const) {
    await connect(client, false)
    const id = await connect(client)
    const path = `/v1/connections/${id}`
    paths[client] = path
    assert.equal((await ask('GET', `${path}/proxy${me[client]}`)).status, 200)
    assert.equal((await ask('POST', `${path}/token`, {})).status, 403)
    await ask('GET', `${path}/proxy/nothing`)
    await ask('POST', `${path}/proxy${me[client]}`, {})
    await ask('PUT', `${path}/webhooks`, { bookings: true })
    await book(path)
    // A refresh, because the provider refuses what has expired there.
    sandbox.clock.advance(3 * 3600)
    assert.equal((await ask('GET', `${path}/proxy${me[client]}`)).status, 200)
  }
  await receiver.until(4)

  // What a person and an operator see, and what other commands print.
  for (const page of ['/openapi.json', '/metrics', '/readyz', '/v1/connections', '/v1/events', '/v1/connections/none'])
    pages.push((await ask('GET', page)).text)
  const origin = { origin: application.service.url, 'content-type': 'application/x-www-form-urlencoded' }
  const signIn = await fetch(`${application.service.url}/operator/sign-in`, {
    ...{ method: 'POST', redirect: 'manual', headers: origin },
    body: new URLSearchParams({ key: application.key, to: '' }),
  })
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const shown = ['', '/connections', '/events', '/deliveries', '/attempts', '/clients', '/errors', '/audit']
  for (const page of [...shown, ...Object.values(paths).map((path) => path.slice('/v1'.length))]) {
    const answer = await fetch(`${application.service.url}/operator${page}`, { headers: { cookie } })
    pages.push([...answer.headers].join('\n'), await answer.text())
  }
  for (const command of [
    'connections list',
    'events list --all',
    'webhooks list',
    'api-keys list',
    'keys status',
    'escrow status',
    'doctor',
  ]) {
    const { stdout, stderr } = await run([...command.split(' '), '--json'], settings, folder)
    printed.push([`punctual ${command}`, stdout + stderr])
  }

  // A crash between two steps, and one by an error that nobody has caught.
  sandbox.clock.advance(3 * 3600)
  const underWay = ask('GET', `${paths.calcom}/proxy/v2/me`)
  const killed = await application.service.stop('SIGKILL')
  printed.push(['the output of a killed process', killed.stdout + killed.stderr])
  // What it had not yet put away: the database with its side files.
  const left = await kept.everything(['key'])
  for (const place of kept.leftByAKill)
    assert.ok(
      left.some(([name]) => place.test(name)),
      `${place}`,
    )
  await underWay.catch(() => {})
  const crashing = `data:text/javascript,${encodeURIComponent("process.on('SIGUSR2', () => { throw new Error('planted') })")}`
  application.service = await start({ NODE_OPTIONS: `--import=${crashing}` })
  await ask('GET', `${paths.calendly}/proxy/users/me`)
  const crashed = await application.service.stop('SIGUSR2')
  assert.match(crashed.stderr, /Error: planted/)
  printed.push(['the output of a crash', crashed.stdout + crashed.stderr])

  // A grant that is over, and the end of both connections.
  application.service = await start()
  sandbox.revoke({ provider: 'calendly', account: 'eve' })
  sandbox.clock.advance(3 * 3600)
  assert.equal((await ask('GET', `${paths.calendly}/proxy/users/me`)).status, 409)
  for (const path of Object.values(paths)) await ask('DELETE', path)
  const memory = await application.memory()
  const { stdout, stderr } = await application.service.stop()
  printed.push(['the log', stdout + stderr])

  const apiKey = application.key
  secrets.set(calendly.clientSecret, 'client_secret').set(calcom.clientSecret, 'client_secret')
  secrets.set(sandbox.calendlyWebhookKey, 'signing_key').set(signing, 'signing secret')
  for (const [secret, what] of kept.secrets()) secrets.set(secret, what)
  const kinds = new Set(secrets.values())
  for (const kind of ['access_token', 'refresh_token', 'code', 'code_verifier', 'client_secret', 'state', 'secret'])
    assert.ok(kinds.has(kind), `no ${kind} was seen`)
  const end = await kept.everything(['key', 'application.heapsnapshot'])
  for (const place of kept.atTheEnd)
    assert.ok(
      end.some(([name]) => place.test(name)),
      `${place}`,
    )
  const files = [...left.map(([place, text]): [string, string] => [`${place} after a kill`, text]), ...end]
  for (const [where, text] of [
    ['the files', files.join()],
    ['the log', printed.join()],
    ['the memory', memory],
  ] as const)
    assert.match(text, /connection_/, `the search reads nothing of ${where}`)
  const sent = receiver.received.map((one): [string, string] => ['a posted event', JSON.stringify(one)])
  const shownPages = pages.map((page): [string, string] => ['a page', page])
  assertNowhere([...files, ...printed, ...sent, ...shownPages, ['the memory of the application', memory]], secrets)
  const beyondItsPrint = printed.map(([place, text]): [string, string] => [place, text.replace(apiKey, '')])
  assertNowhere([...files, ...beyondItsPrint, ...sent, ...shownPages], new Map([[apiKey, 'API key']]))
}
