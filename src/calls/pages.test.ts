import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Provider } from '../core/provider.ts'
import { pages } from './pages.ts'

const apiBase = 'https://api.example'

test('a list ends after a hundred pages without an item, so that it never loops without end', async () => {
  let requested = 0
  const paging = () => ({ items: ++requested === 60 ? ['one'] : [], next: `/list?page=${requested}` })
  const provider = { title: 'Example', apiBase, paging } as unknown as Provider
  const list = pages<string>(provider, async () => ({ response: Response.json({}), failure: null }), '/list')
  const items: string[] = []
  const reading = async () => {
    for await (const item of list) items.push(item)
  }
  await assert.rejects(reading, {
    code: 'provider_unavailable',
    reason: 'unexpected_answer',
    message: /names another page after 100 without an item\.$/,
  })
  assert.deepEqual(items, ['one'])
  assert.equal(requested, 160)
})
