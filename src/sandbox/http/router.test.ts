import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRouter } from './router.ts'

const routes = [
  { method: 'GET', path: '/schedules/default' },
  { method: 'GET', path: '/schedules/:id' },
  { method: 'DELETE', path: '/types/:eventTypeId/webhooks/:id' },
  { method: 'PATCH', path: '/types/:id' },
]
const find = createRouter(routes)

test('the first route of the table wins, and only with its own method', () => {
  assert.equal(find('GET', '/schedules/default')?.route, routes[0])
  assert.equal(find('GET', '/schedules/7')?.route, routes[1])
  assert.equal(find('POST', '/schedules/7'), null)
  assert.equal(find('HEAD', '/schedules/7'), null)
})

test('a value stays as it was sent, and is never empty', () => {
  assert.deepEqual(find('DELETE', '/types/A%2Fb/webhooks/:id')?.params, { eventTypeId: 'A%2Fb', id: ':id' })
  for (const path of ['/types/', '/types/7/', '/types//webhooks/1', '//types/7', '/types/7/webhooks/1/2', '/']) {
    assert.equal(find('PATCH', path) ?? find('DELETE', path), null, path)
  }
})

test('the case of a path counts unless the host ignores it, and a value keeps its case', () => {
  assert.equal(find('GET', '/Schedules/X'), null)
  const { route, params } = createRouter(routes, { ignoreCase: true })('GET', '/SCHEDULES/X') ?? {}
  assert.deepEqual([route, params], [routes[1], { id: 'X' }])
})

test('names that every object has are not found', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'ALL']) {
    assert.equal(find(name, '/schedules/7'), null)
    assert.equal(find('GET', `/${name}/7`), null)
  }
})
