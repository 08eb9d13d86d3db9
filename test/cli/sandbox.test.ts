import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder, run } from './start.ts'

test('prints its page, its clients and its addresses, and keeps its state in the file', async () => {
  const folder = emptyFolder()
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const child = spawn(process.execPath, [main, 'sandbox', '--port', '0', '--file', 'state.json'], { cwd: folder })
  let text = ''
  while (!text.includes('Ctrl+C')) text += String((await once(child.stdout, 'data'))[0])
  const [, url = ''] = /^(http:\S+)/.exec(text) ?? []
  assert.equal((await fetch(url)).status, 200)
  for (const line of ['Calendly', 'Cal.com', 'client id', 'client secret', '/oauth/token'])
    assert.ok(text.includes(line))
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})

test('--own-addresses: a client of one’s own, with Calendly’s hosts built in, gets them in answers', async () => {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const child = spawn(process.execPath, [main, 'sandbox', '--port', '0', '--own-addresses'], { cwd: emptyFolder() })
  let text = ''
  while (!text.includes('Ctrl+C')) text += String((await once(child.stdout, 'data'))[0])
  const [, url = ''] = /^(http:\S+)/.exec(text) ?? []
  const headers = { 'content-type': 'application/json' }
  const made = await fetch(`${url}control/personal-tokens`, { method: 'POST', headers, body: '{"account":"ada"}' })
  const { token } = (await made.json()) as { token: string }
  const me = await fetch(`${url}calendly/api/users/me`, { headers: { authorization: `Bearer ${token}` } })
  assert.match(await me.text(), /"uri":"https:\/\/api\.calendly\.com\/users\/ADALINDQVIST0001"/)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})

test('a port that is none is refused', async () => {
  const { code, stderr } = await run(['sandbox', '--port', 'x'])
  assert.equal(code, 1)
  assert.match(stderr, /Give a port from 1 to 65535, or 0 for any free one/)
})
