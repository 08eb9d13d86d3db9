// Where a person is sent after the sign-in, and what comes of addresses, headers and bodies that nobody of ours sends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDashboardWithSignIn } from '../../src/dashboard/dashboard.ts'
import { startOperatorPlace } from './operator-place.ts'

const hostile = [
  'https://evil.example/operator',
  '//evil.example/operator',
  '\\\\evil.example/operator',
  '/\\evil.example',
  '/operator/../../evil',
  '/operator/..//evil.example',
  '/operatorevil',
  'https:evil.example',
  'https://app.example@evil.example/operator',
  'https://app.example.evil.example/operator',
  'javascript:alert(1)',
  'data:text/html,hello',
  '\t//evil.example',
  '/\t/evil.example',
  'http://app.example/operator',
  '\u0000//evil.example',
]

test('a sign-in, an unlock and a sign-out lead to a page of the operator’s alone', async (t) => {
  const place = await startOperatorPlace(t)
  const cookie = await place.signIn()
  for (const to of hostile)
    for (const path of ['/sign-in', '/unlock', '/lock', '/sign-out']) {
      const answer = await place.ask(path, { form: { key: place.admin.key, to }, cookie })
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/operator/'], `${path} ${to}`)
    }
  for (const to of ['/operator', '/operator/events?state=dead', `${place.own}/audit`]) {
    const answer = await place.ask('/sign-in', { form: { key: place.admin.key, to } })
    assert.equal(answer.headers.get('location'), to.replace('https://app.example', ''))
  }
})

test('pages at the root of a host lead to no other host either', async (t) => {
  const { punctual, admin } = await startOperatorPlace(t)
  const sealer = { seal: (text: string) => text, open: (text: string) => text }
  const origin = 'https://ops.example'
  const pages = createDashboardWithSignIn(
    { punctual, clients: [], baseUrl: origin },
    { apiKeys: punctual.apiKeys, sealer },
  )
  for (const to of ['//evil.example', 'https://ops.example//evil.example/x', '/.//evil.example', '/\\evil.example']) {
    const body = new URLSearchParams({ key: admin.key, to })
    const answer = await pages.fetch(new Request(`${origin}/sign-in`, { method: 'POST', headers: { origin }, body }))
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/'], to)
  }
})

test('the way to the sign-in repeats an address only as the value of a query', async (t) => {
  const place = await startOperatorPlace(t)
  for (const path of ['/x%0d%0aset-cookie:a=b', '/%22%3E%3Cimg%20src=x%3E', '//evil.example', '/?to=//evil.example']) {
    const answer = await place.ask(path)
    assert.equal(answer.status, 303)
    assert.match(answer.headers.get('location') ?? '', /^\/operator\/sign-in\?to=%2Foperator[\w%.=+-]*$/, path)
    assert.equal(answer.headers.get('set-cookie'), null)
  }
  const form = await (await place.ask('/sign-in?to=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E')).text()
  assert.ok(!form.includes('<img'))
})

test('nothing that is sent becomes a header or a line of the log', async (t) => {
  const place = await startOperatorPlace(t)
  const evil = 'x\r\nset-cookie: a=b\n{"level":"error","message":"forged"}'
  const before = place.log.length
  const answer = await place.ask('/sign-in', { form: { key: place.admin.key, to: `/operator/events?state=${evil}` } })
  assert.doesNotMatch(answer.headers.get('location') ?? '', /[\r\n]/)
  assert.match(answer.headers.get('set-cookie') ?? '', /^__Host-punctual_operator=/)
  await place.ask('/sign-in', { form: { key: evil, to: evil } })
  await place.ask(`/${encodeURIComponent(evil)}?x=${encodeURIComponent(evil)}`, {
    headers: { 'x-request-id': 'a"b', 'user-agent': 'forged"}' },
  })
  const lines = place.log.slice(before)
  assert.equal(lines.length, 3, 'a line for each request')
  for (const line of lines) {
    const { message, requestId } = JSON.parse(line) as Record<string, string>
    assert.deepEqual([message, line.indexOf('\n')], ['request', line.length - 1])
    assert.match(requestId ?? '', /^[\w-]+$/)
    assert.doesNotMatch(line, /forged|set-cookie/)
    assert.ok(!line.includes(place.admin.key))
  }
})

test('nobody has a long body read, by its length or in pieces', async (t) => {
  const place = await startOperatorPlace(t)
  let pieces = 0
  const long = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces++
      controller.enqueue(new Uint8Array(16_384).fill(97))
      if (pieces === 100) controller.close()
    },
  })
  const headers = { origin: 'https://app.example', 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await place.ask('/sign-in', { body: long, headers })).status, 413)
  assert.ok(pieces < 20, `${pieces} pieces`)
  const whole = `key=${'a'.repeat(70_000)}`
  const counted = { ...headers, 'content-length': String(whole.length) }
  assert.equal((await place.ask('/sign-in', { body: whole, headers: counted })).status, 413)
})

test('nobody keeps a form open: what does not arrive in time is refused', async (t) => {
  const headers = { origin: 'https://app.example', 'content-type': 'application/x-www-form-urlencoded' }
  for (const path of ['/sign-in', '/sign-out']) {
    const place = await startOperatorPlace(t)
    const cookie = path === '/sign-in' ? '' : await place.signIn()
    for (const length of [{}, { 'content-length': '1000' }]) {
      const slow = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('key=')) })
      const answer = place.ask(path, { body: slow, headers: { ...headers, ...length }, cookie })
      await place.pass(30_000)
      const { status, headers: given } = await answer
      assert.deepEqual([status, given.get('set-cookie')], [408, null], path)
      assert.match(await (await answer).text(), /did not arrive within 30 s/)
    }
    const { items } = await place.punctual.operator.audit()
    assert.ok(
      items.every(({ action }) => action === 'sign_in'),
      'nothing was done',
    )
  }
})
