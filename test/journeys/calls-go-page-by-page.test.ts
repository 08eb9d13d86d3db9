import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import type { Connection, Pages } from '../../src/index.ts'
import { startWatched } from '../support/concurrent-callers.ts'
import { type Host, setFault } from '../support/host.ts'

interface Shelf {
  readonly host: Host
  readonly connection: Connection
  /** The path of a list of `total` items, in pages of two or of five. */
  readonly path: string
  readonly total: number
  asked(): number
}

async function calendlyShelf(t: TestContext): Promise<Shelf> {
  const host = await startWatched(t)
  const connection = await host.connect('calendly')
  const path = `/event_types?user=${encodeURIComponent(connection.account.id)}&count=5`
  return { host, connection, path, total: 23, asked: askedOf(host, 'calendly') }
}

async function calcomShelf(t: TestContext): Promise<Shelf> {
  const host = await startWatched(t)
  const scopes = ['PROFILE_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']
  const connection = await host.connect('calcom', { scopes })
  for (let at = 0; at < 7; at++) {
    const body = JSON.stringify({
      ...{ subscriberUrl: `https://app.example/hook/${at}`, triggers: ['BOOKING_CREATED'], active: true },
    })
    const headers = { 'content-type': 'application/json' }
    const made = await connection.fetch('/v2/webhooks', { method: 'POST', headers, body })
    assert.equal(made.status, 201, await made.text())
  }
  return { host, connection, path: '/v2/webhooks?take=2', total: 7, asked: askedOf(host, 'calcom') }
}

function askedOf(host: Host, provider: string): () => number {
  const seen = () =>
    host.sandbox.requests().filter((one) => one.provider === provider && one.endpoint === 'api' && one.method === 'GET')
  const before = seen().length
  return () => seen().length - before
}

async function readItems<Item>(pages: Pages<Item>, most = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const items: Item[] = []
  if (most === 0) return items
  for await (const item of pages) if (items.push(item) >= most) break
  return items
}

const nameOf = (item: unknown) => (item as { uri?: string; id?: string }).uri ?? (item as { id: string }).id

for (const [name, shelf] of [
  ['calendly', calendlyShelf],
  ['calcom', calcomShelf],
] as const) {
  describe(`a list, page by page: ${name}`, () => {
    test('has every item once', async (t) => {
      const { connection, path, total } = await shelf(t)
      const names = (await readItems(connection.pages(path))).map(nameOf)
      assert.equal(names.length, total)
      assert.equal(new Set(names).size, total)
    })

    test('requests a page when its first item is read, and none after a break', async (t) => {
      const { connection, path, asked } = await shelf(t)
      const pages = connection.pages(path)
      assert.equal(asked(), 0)
      await readItems(pages, 1)
      assert.equal(asked(), 1)
      await readItems(connection.pages(path), name === 'calendly' ? 6 : 3)
      assert.equal(asked(), 3)
    })

    test('continues where it stopped, in the same object and from a position, at every place', async (t) => {
      const { connection, path, total } = await shelf(t)
      const all = (await readItems(connection.pages(path))).map(nameOf)
      for (let place = 0; place <= total; place++) {
        const pages = connection.pages(path)
        const first = (await readItems(pages, place)).map(nameOf)
        const { position } = pages
        if (place === total && name === 'calendly') assert.equal(position, null)
        const rest = position === null ? [] : (await readItems(connection.pages(path, { from: position }))).map(nameOf)
        assert.deepEqual([...first, ...rest], all, `from ${position}`)
        assert.deepEqual([...first, ...(await readItems(pages)).map(nameOf)], all)
        assert.equal(pages.position, null)
      }
    })

    test('has a position without a secret, which survives a restart', async (t) => {
      const { host, connection, path, total } = await shelf(t)
      const pages = connection.pages(path)
      await readItems(pages, 3)
      const { accessToken } = await connection.token()
      assert.ok(pages.position && !pages.position.includes(accessToken))
      const later = await host.another().connections.get(connection.id)
      assert.equal((await readItems(later.pages(path, { from: pages.position }))).length, total - 3)
    })

    test('ends with its caller’s signal', async (t) => {
      const { connection, path } = await shelf(t)
      const leaving = new AbortController()
      const pages = connection.pages(path, { signal: leaving.signal })
      await readItems(pages, 2)
      leaving.abort(new Error('enough'))
      await assert.rejects(readItems(pages), /enough/)
    })

    test('ends with the error of a page, and continues from there later', async (t) => {
      const { host, connection, path, total } = await shelf(t)
      const pages = connection.pages(path)
      const first = await readItems(pages, name === 'calendly' ? 5 : 2)
      await setFault(host, {
        kind: 'status',
        endpoint: 'api',
        status: 403,
        body: { title: 'x', message: 'No', error: { message: 'No' } },
      })
      await assert.rejects(readItems(pages), { code: 'provider_refused', reason: 'not_permitted' })
      assert.equal(first.length + (await readItems(pages)).length, total)
    })

    test('is read once by two loops at the same time', async (t) => {
      const { connection, path, total } = await shelf(t)
      const pages = connection.pages(path)
      const [one, two] = await Promise.all([readItems(pages), readItems(pages)])
      assert.equal(new Set([...one, ...two].map(nameOf)).size, total)
      assert.equal(one.length + two.length, total)
    })

    test('refuses the position of another list, in a sentence', async (t) => {
      const { connection, path } = await shelf(t)
      for (const from of [
        '',
        'x',
        '0',
        ':',
        '0:',
        '-1:/users/me',
        '0:/users/me',
        '0:/v2/me',
        '1.5:/event_types',
        '0:/event_types/../x',
      ]) {
        assert.throws(() => connection.pages(path, { from }), /from must be the `position` of an earlier iteration/)
      }
    })

    test('reports a response that is not a list', async (t) => {
      const { connection } = await shelf(t)
      const path = name === 'calendly' ? '/users/me' : '/v2/me'
      await assert.rejects(readItems(connection.pages(path)), {
        ...{ code: 'provider_unavailable', reason: 'unexpected_answer' },
        message: /\/me is not a list, or has another shape\.$/,
      })
    })
  })
}

describe('a list whose pages are wrong', () => {
  test('ends when a page names itself as the next, after its items', async (t) => {
    const { host, connection, path } = await calendlyShelf(t)
    await setFault(host, {
      ...{ kind: 'set', provider: 'calendly', endpoint: '/event_types', count: null },
      fields: { pagination: { next_page: `${host.sandbox.calendly.hosts.api}${path}` } },
    })
    const pages = connection.pages(path)
    const items: unknown[] = []
    const reading = async () => {
      for await (const item of pages) items.push(item)
    }
    await assert.rejects(reading, { code: 'provider_unavailable', reason: 'unexpected_answer' })
    assert.equal(items.length, 5)
  })

  test('says to start again when its page token has expired', async (t) => {
    const { connection, path } = await calendlyShelf(t)
    const from = `0:${path}&page_token=parked`
    await assert.rejects(readItems(connection.pages(path, { from })), {
      ...{ code: 'provider_refused', reason: 'stale_page' },
      message: /The page token has expired\. Start the list again\./,
    })
  })

  test('does not loop where offsets do not advance', async (t) => {
    const { host, connection } = await calcomShelf(t)
    await setFault(host, {
      ...{ kind: 'set', provider: 'calcom', endpoint: '/v2/webhooks', count: null },
      fields: { data: [], pagination: { hasNextPage: true } },
    })
    await assert.rejects(readItems(connection.pages('/v2/webhooks?skip=4')), { reason: 'unexpected_answer' })
  })
})
