import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPunctual } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/host.ts'
import { emptyFolder, run } from './start.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** Starts `punctual sandbox` on a free port and waits until it has printed everything. */
async function startSandboxCommand(...options: string[]) {
  const folder = emptyFolder()
  const child = spawn(process.execPath, [main, 'sandbox', '--port', '0', ...options], { cwd: folder })
  let text = ''
  while (!text.includes('Ctrl+C')) text += String((await once(child.stdout, 'data'))[0])
  const [, url = ''] = /^(http:\S+)/.exec(text) ?? []
  return {
    folder,
    text,
    url,
    async stop() {
      child.kill('SIGTERM')
      assert.deepEqual(await once(child, 'close'), [0, null])
    },
  }
}

test('the command prints its page, its clients and its addresses, and keeps its state in the file', async () => {
  const { folder, text, url, stop } = await startSandboxCommand('--file', 'state.json')
  assert.equal((await fetch(url)).status, 200)
  for (const line of ['Calendly', 'Cal.com', 'client id', 'client secret', '/oauth/token'])
    assert.ok(text.includes(line))
  await stop()
  assert.ok(existsSync(join(folder, 'state.json')))
})

test('an application that pastes the printed block connects accounts of both providers', async () => {
  const { text, stop } = await startSandboxCommand()
  const block = /^clients: \[\n[\s\S]*?^\],$/m.exec(text)?.[0] ?? ''
  // The block as an application has it in its code.
  const paste = new Function('calendly', 'calcom', `return { ${block} }`)
  const { clients } = paste(calendly, calcom) as { clients: ReturnType<typeof calendly>[] }
  assert.deepEqual(
    clients.map(({ id }) => id),
    ['calendly', 'calcom'],
  )
  const punctual = createPunctual({
    baseUrl: 'http://localhost:3000',
    keys: [testKey],
    store: memory(),
    journal: null,
    clients,
    currentOwner: () => 'ada',
  })
  for (const { id, webhookKeys, scopes } of clients) {
    const begun = await punctual.begin({ client: id, owner: 'ada', returnTo: '/done' })
    const consent = await fetch(begun.url, { redirect: 'manual' })
    const allowed = await fetch(consent.url, {
      method: 'POST',
      body: new URLSearchParams({ decision: 'allow' }),
      headers: { origin: new URL(consent.url).origin },
      redirect: 'manual',
    })
    const callback = new Request(allowed.headers.get('location') ?? '', {
      headers: { cookie: begun.headers.get('set-cookie')?.split(';', 1)[0] ?? '' },
    })
    const location = new URL((await punctual.handler(callback)).headers.get('location') ?? '')
    assert.equal(location.searchParams.get('punctual'), 'connected', location.href)
    const connection = await punctual.connections.get(location.searchParams.get('connection') ?? '')
    assert.deepEqual([...connection.scopes].sort(), [...scopes].sort())
    assert.equal(webhookKeys.length, id === 'calendly' ? 1 : 0)
    const { status } = await connection.fetch(id === 'calendly' ? '/users/me' : '/v2/me')
    assert.equal(status, 200)
  }
  await punctual.stop()
  await stop()
})

test('with --own-addresses, responses hold the addresses of Calendly itself', async () => {
  const { url, stop } = await startSandboxCommand('--own-addresses')
  const headers = { 'content-type': 'application/json' }
  const made = await fetch(`${url}control/personal-tokens`, { method: 'POST', headers, body: '{"account":"ada"}' })
  const { token } = (await made.json()) as { token: string }
  const me = await fetch(`${url}calendly/api/users/me`, { headers: { authorization: `Bearer ${token}` } })
  assert.match(await me.text(), /"uri":"https:\/\/api\.calendly\.com\/users\/ADALINDQVIST0001"/)
  await stop()
})

test('a port that is not a number is refused', async () => {
  const { code, stderr } = await run(['sandbox', '--port', 'x'])
  assert.equal(code, 2)
  assert.match(stderr, /Give a port from 1 to 65535, or 0 for any free port/)
})
