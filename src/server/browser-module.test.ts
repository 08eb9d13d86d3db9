import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createServer } from './app.ts'
import { createBrowserModule } from './browser-module.ts'

function served(t: TestContext, text: string | null) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'index.js')
  if (text !== null) writeFileSync(path, text)
  const answer = createBrowserModule(() => pathToFileURL(path))
  return Object.assign(
    (headers: Record<string, string> = {}) => answer(new Request('http://localhost/connect.js', { headers })),
    { build: (built: string) => writeFileSync(path, built) },
  )
}

test('a page of any origin may import the module, and asks for it again only if it has changed', async (t) => {
  const ask = served(t, 'export const connect = 1')
  const { status, headers, ...response } = await ask().then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }))
  assert.deepEqual([status, response.text], [200, 'export const connect = 1'])
  assert.deepEqual(
    ['content-type', 'access-control-allow-origin', 'cross-origin-resource-policy', 'x-content-type-options'].map(
      (name) => headers.get(name),
    ),
    ['text/javascript; charset=utf-8', '*', 'cross-origin', 'nosniff'],
  )
  assert.equal(headers.get('cache-control'), 'public, max-age=3600')
  const etag = headers.get('etag') ?? ''
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await ask({ 'if-none-match': known })
    assert.deepEqual([again.status, again.headers.get('etag'), await again.text()], [304, etag, ''])
  }
  assert.equal((await ask({ 'if-none-match': '"other"' })).status, 200)
})

test('without a build it says what to run, and afterwards it has the module', async (t) => {
  const ask = served(t, null)
  const answer = await ask()
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /npm run build/)
  ask.build('export const connect = 1')
  assert.equal((await ask()).status, 200)
})

test('a service with a connect page has it, and keeps the headers with which it may be imported', async () => {
  const punctual = { ready: async () => {}, handler: async () => new Response('punctual') }
  const app = createServer({ punctual, connectPage: () => new Response('page') })
  assert.equal((await app.request('/connect.js', { method: 'POST' })).status, 405)
  assert.notEqual(await (await app.request('/connect.js')).text(), 'page')
  assert.equal(
    await (await createServer({ punctual }).request('/connect.js')).text(),
    'There is no page at this address.',
  )
})
