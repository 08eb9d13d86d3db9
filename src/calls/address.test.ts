import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { resolveApi } from './address.ts'

const apiBase = 'https://api.example.com/base'

describe('the address of a call', () => {
  const inside: [string, string][] = [
    ['/users/me', `${apiBase}/users/me`],
    ['/users/../users/me?x=//y', `${apiBase}/users/me?x=//y`],
    [`${apiBase}/next?page=2`, `${apiBase}/next?page=2`],
    [apiBase, apiBase],
    [`${apiBase}?page=2`, `${apiBase}?page=2`],
    ['/a:b@c', `${apiBase}/a:b@c`],
  ]
  for (const [path, expected] of inside) {
    test(`${path} is the provider's`, () => assert.equal(resolveApi(apiBase, path).href, expected))
  }

  const outside = [
    '',
    'users/me',
    '//evil.example/users/me',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/base/users',
    'http://api.example.com/base/users',
    'https://api.example.com:444/base/users',
    'https://api.example.com.evil.example/base',
    'https://api.example.com@evil.example/base',
    'https://user:word@api.example.com/base/users',
    'https://api.example.com/other',
    'https://api.example.com/basement',
    '/../other',
    '/users/../../../other',
    '/%2e%2e/other',
    'javascript:alert(1)',
    'data:text/plain,x',
    'file:///etc/passwd',
    ' https://evil.example/',
    '\thttps://evil.example/',
    'https:evil.example',
  ]
  for (const path of outside) {
    test(`${JSON.stringify(path)} is refused`, () => {
      assert.throws(() => resolveApi(apiBase, path), { code: 'invalid_argument' })
    })
  }
})
