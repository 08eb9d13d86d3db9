import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { causeOf, wordsOf } from './foreign-error.ts'
import { neverLeft } from './http.ts'
import { withoutSecrets } from './redaction.ts'

const token = 'T0KEN_0F_4LL_C4P1T4LS'

test('the name, the code and the system call of a foreign error are kept', () => {
  const socket = Object.assign(new Error(`read of ${token}`), { code: 'ECONNRESET', syscall: 'read', errno: -104 })
  const cause = causeOf(new TypeError('fetch failed', { cause: socket }))
  assert.deepEqual([cause.name, cause.message], ['TypeError', 'failed with ECONNRESET in read'])
  assert.deepEqual({ ...cause }, { code: 'ECONNRESET', syscall: 'read' })
  const tried = new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' })])
  assert.equal(wordsOf(tried).code, 'ECONNREFUSED')
  assert.ok(neverLeft(causeOf(tried)))
})

test('nothing else of a foreign error is kept', () => {
  const hide = withoutSecrets([token])
  const nested = Array.from({ length: 20 }).reduce<Error>((cause) => new Error('x', { cause }), new Error(token))
  const foreign: unknown[] = [
    token,
    Object.assign(new Error(token), { code: token, name: token, syscall: token, raw: Buffer.from(token) }),
    Object.assign(new Error('x'), { toJSON: () => token, [inspect.custom]: () => token }),
    new (class extends Error {
      get request() {
        return { authorization: token }
      }
    })('x'),
    nested,
    new AggregateError([nested]),
    { name: { toString: () => token }, code: [token] },
  ]
  for (const error of foreign) {
    const cause = causeOf(error, hide)
    const shown = inspect(cause, { depth: 30, showHidden: true, getters: true }) + JSON.stringify(cause) + String(cause)
    assert.ok(!shown.includes(token), shown)
    assert.equal(cause.cause, undefined)
  }
})

test('a word of a shape that no system writes is not kept, even if nothing is known to be secret', () => {
  const strange = [
    'hush hush',
    'pk_abc-def',
    'ey.JhbGci',
    'A'.repeat(61),
    'E RESET',
    '',
    '\u001b[2J',
    'ECONN\nRESET',
    'geheim ✓',
  ]
  for (const word of strange)
    assert.deepEqual(wordsOf({ name: word, code: word, syscall: word }), {
      name: undefined,
      code: undefined,
      syscall: undefined,
    })
})

test('an error that cannot be read has no name or code, and its request may have left', () => {
  const angry = () => {
    throw new Error(token)
  }
  const closed = new Proxy(new Error(), { get: angry, getPrototypeOf: angry })
  const getters = Object.defineProperties(new Error(), { code: { get: angry }, cause: { get: angry } })
  for (const error of [closed, getters, null, undefined, 42]) {
    assert.deepEqual([wordsOf(error).code, wordsOf(error).syscall], [undefined, undefined])
    assert.equal(neverLeft(error), false)
    assert.match(causeOf(error).message, /^failed, and says no more$/)
  }
})
