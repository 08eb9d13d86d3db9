import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Provider } from '../core/provider.ts'
import { pages } from './pages.ts'

const apiBase = 'https://api.example'

test('a list ends after a hundred pages without an item, so that its caller gets a say again', async () => {
  let asked = 0
  const paging = () => ({ items: ++asked === 60 ? ['one'] : [], next: `/list?page=${asked}` })
  const provider = { title: 'Example', apiBase, paging } as unknown as Provider
  const list = pages<string>(provider, async () => Response.json({}), '/list')
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
  assert.equal(asked, 160)
})
