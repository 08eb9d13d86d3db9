import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../core/secret.ts'
import type { ServedGrant } from '../records/grants.ts'
import { createTokenMemory } from './token-memory.ts'
import type { ServedToken } from './token-request.ts'

const target = { connection: 'c1', grant: 'g1' }
const request = { minimumValidityMs: 30_000 }

function createMemory(memoryMs = 1000) {
  const at = { monotonic: 5000, wall: 1_000_000 }
  const clock = { monotonic: () => at.monotonic, now: () => at.wall }
  const memory = createTokenMemory({ clock, memoryMs })
  const pass = (ms: number) => {
    at.monotonic += ms
    at.wall += ms
  }
  /** Remembers what a read of this moment has returned. */
  function remember(facts: Partial<ServedGrant> = {}, connection = 'c1'): ServedToken {
    const grant = grantOf(facts)
    const token = { generation: grant.generation, scopes: [], expiresAt: 0, open: grant.open }
    memory.beforeRead()({ connection, grant: grant.id }, grant, token)
    return token
  }
  return { at, memory, pass, remember }
}

function grantOf(facts: Partial<ServedGrant>): ServedGrant {
  const times = { remaining: 7_200_000, refreshAt: 6_000_000, retryAt: 0, usedAt: 0, readAt: 0 }
  const set = { sealed: 'set 1', open: () => ({ accessToken: secret('a'), refreshToken: null }) }
  return { id: 'g1', generation: 1, status: 'live', reason: null, scopes: [], ...times, ...set, ...facts }
}

test('a token is served until it was read a second ago, and 0 turns that off', () => {
  const { memory, pass, remember } = createMemory()
  assert.equal(memory.get(target, request), null)
  const token = remember()
  assert.equal(memory.get(target, request), token)
  pass(999)
  assert.equal(memory.get(target, request), token)
  pass(1)
  assert.equal(memory.get(target, request), null)

  const off = createMemory(0)
  off.remember()
  assert.equal(off.memory.get(target, request), null)
})

test('the read counts from its beginning', () => {
  const { memory, pass } = createMemory()
  const remember = memory.beforeRead()
  pass(1000)
  remember(target, grantOf({}), { generation: 1, scopes: [], expiresAt: 0, open: grantOf({}).open })
  assert.equal(memory.get(target, request), null)
})

test('a token is not served past its end, its minimum validity or its refresh time', () => {
  const ending = createMemory()
  ending.remember({ remaining: 600 })
  assert.equal(ending.memory.get(target, { minimumValidityMs: 601 }), null)
  assert.ok(ending.memory.get(target, { minimumValidityMs: 500 }))
  ending.pass(100)
  assert.equal(ending.memory.get(target, { minimumValidityMs: 500 }), null)
  ending.pass(499)
  assert.ok(ending.memory.get(target, { minimumValidityMs: 0 }))
  ending.pass(1)
  assert.equal(ending.memory.get(target, { minimumValidityMs: 0 }), null)

  const due = createMemory()
  due.remember({ readAt: 1000, refreshAt: 1400 })
  due.pass(399)
  assert.ok(due.memory.get(target, request))
  due.pass(1)
  assert.equal(due.memory.get(target, request), null)
})

test('either clock ends it: the process was suspended, or the machine with its monotonic clock', () => {
  for (const clock of ['monotonic', 'wall'] as const) {
    const { at, memory, remember } = createMemory()
    remember()
    at[clock] += 60_000
    assert.equal(memory.get(target, request), null)
  }
  const { at, memory, remember } = createMemory()
  remember()
  at.wall -= 60_000
  assert.ok(memory.get(target, request))
})

test('what this process has changed is forgotten, also where the read began before the change', () => {
  const { memory, remember } = createMemory()
  for (const changed of ['g1', null]) {
    remember()
    memory.forget(changed)
    assert.equal(memory.get(target, request), null)
    const late = memory.beforeRead()
    memory.forget(changed)
    late(target, grantOf({}), { generation: 1, scopes: [], expiresAt: 0, open: grantOf({}).open })
    assert.equal(memory.get(target, request), null)
  }
  const token = remember()
  memory.forget('another')
  assert.equal(memory.get(target, request), token)
})

test('a connection is served only after a read of its own, and no longer than the first one', () => {
  const { memory, pass, remember } = createMemory()
  const other = { ...target, connection: 'c2' }
  const token = remember()
  assert.equal(memory.get(other, request), null)
  pass(600)
  remember({}, 'c2')
  assert.equal(memory.get(other, request), token)
  pass(399)
  assert.equal(memory.get(target, request), token)
  pass(1)
  assert.equal(memory.get(target, request), null)
  assert.equal(memory.get(other, request), null)
  assert.equal(memory.get({ connection: 'c1', grant: 'g2' }, request), null)
})

test('a connection whose read began early and came late is not served by the newer read of another one', () => {
  const { memory, pass, remember } = createMemory()
  const late = memory.beforeRead()
  pass(900)
  remember({}, 'c2')
  late(target, grantOf({}), { generation: 1, scopes: [], expiresAt: 0, open: grantOf({}).open })
  assert.equal(memory.get(target, request), null)
})

test('a newer generation replaces an older one, and a read that was overtaken replaces nothing', () => {
  const { memory, remember } = createMemory()
  remember()
  const newer = remember({ generation: 2, sealed: 'set 2' })
  assert.equal(memory.get(target, request), newer)
  remember()
  assert.equal(memory.get(target, request), newer)
})

test('a generation that the API has refused is served to nobody any more', () => {
  const { memory, pass, remember } = createMemory()
  remember()
  assert.equal(memory.get(target, { ...request, refused: 1 }), null)
  assert.equal(memory.get(target, request), null)
  remember()
  assert.equal(memory.get(target, request), null)
  pass(60_000)
  remember()
  assert.equal(memory.get(target, request), null)
  const newer = remember({ generation: 2, sealed: 'set 2' })
  assert.equal(memory.get(target, request), newer)
})
