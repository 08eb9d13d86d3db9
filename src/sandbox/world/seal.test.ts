import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeOf, openToken, signToken, uuid } from './seal.ts'

test('the code challenge of RFC 7636, appendix B', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  assert.equal(challengeOf(verifier), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
})

test('a token opens with its key, but not with another key or after a change', () => {
  const token = signToken({ alg: 'HS256' }, { userId: 1, absent: undefined, teamId: null }, 'key')
  assert.deepEqual(openToken(token, 'key'), { userId: 1, teamId: null })
  assert.equal(openToken(token, 'other'), null)
  const [header, , signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ userId: 2 })).toString('base64url')
  assert.equal(openToken(`${header}.${forged}.${signature}`, 'key'), null)
  for (const wrong of ['', 'a', 'a.b', 'a.b.c', `${token}.d`, '..']) assert.equal(openToken(wrong, 'key'), null)
})

test('sixteen bytes become a UUID of version 4', () => {
  assert.match(uuid(new Uint8Array(16).fill(255)), /^ffffffff-ffff-4fff-bfff-ffffffffffff$/)
})
