// What is read from requests of the API, from the settings and from where sealed values are kept.
// Whatever it is, its parser returns or refuses it in words of ours: properties, over inputs that are drawn.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { readEnvFile } from '../../src/cli/settings/env-file.ts'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { parseEntry as parseEscrowed } from '../../src/escrow/entry.ts'
import { parseEntry as parseJournaled } from '../../src/keeper/journal-entry.ts'
import { isCursor } from '../../src/records/cursor.ts'
import { readBody } from '../../src/server/api/request/body.ts'
import { queryOf } from '../../src/server/api/request/input.ts'
import { ApiError } from '../../src/server/api/request/problem.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/settings.ts'
import { anyJson, anyText, headerText, ours, pieces } from './drawn-input.ts'

describe('a sealed value', () => {
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const place = { table: 'grants', row: 'one', column: 'tokens' }

  test('that is any text, or a genuine one with a change in it, is refused as unreadable', () => {
    const genuine = vault.seal(place, 'text')
    const changed = fc
      .tuple(fc.nat(genuine.length - 1), fc.string({ maxLength: 3 }), fc.nat(3))
      .map(([at, put, cut]) => genuine.slice(0, at) + put + genuine.slice(at + cut))
    fc.assert(
      fc.property(fc.oneof(anyText, pieces('p1.', '.', genuine, 'A'), changed), (text) => {
        if (text !== genuine)
          assert.equal(
            ours(() => vault.open(place, text)),
            undefined,
          )
      }),
    )
  })

  test('of the journal and of the escrow is an entry, or none', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyJson), (text) => {
        const entry = parseJournaled(text, 0)
        assert.ok(entry === null || entry.ageMs === null || entry.ageMs >= 0)
        assert.equal(typeof parseEscrowed(text), 'string')
      }),
    )
  })
})

describe('a settings file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  const file = join(folder, '.env')
  after(() => rmSync(folder, { recursive: true }))
  const reading = (bytes: Uint8Array) => {
    writeFileSync(file, bytes)
    return readEnvFile(file)
  }

  test('of any bytes is read or refused with a sentence that repeats nothing of it', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          assert.equal(typeof reading(bytes), 'object')
        } catch (error) {
          assert.equal((error as Error).message, `The settings file ${file} is not UTF-8 text: save it as UTF-8.`)
        }
      }),
    ))

  test('says the same as to Node’s own parser, in every encoding and with any line ends', () => {
    const text = pieces(
      'PUNCTUAL_URL=',
      'A=',
      '=',
      '"',
      "'",
      '`',
      '#',
      ' ',
      '\n',
      'export ',
      '\\n',
      '$',
      'ü',
      '漢',
      '😀',
    )
    fc.assert(
      fc.property(
        text.map((all) => all.replace(/[\r\0\ufeff]/g, '').toWellFormed()),
        (plain) => {
          const expected = { ...parseEnv(plain) }
          const lines = [plain, plain.replaceAll('\n', '\r\n'), plain.replaceAll('\n', '\r')]
          for (const one of lines) {
            const sixteen = Buffer.from(`\ufeff${one}`, 'utf16le')
            for (const bytes of [Buffer.from(one), Buffer.from(`\ufeff${one}`), sixteen, Buffer.from(sixteen).swap16()])
              assert.deepEqual({ ...reading(bytes) }, expected)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('a request of the API', () => {
  const limits = { clock: systemClock, timeoutMs: 10_000 }
  const body = (bytes: BodyInit, type = 'application/json') =>
    readBody(
      new Request('http://localhost', { method: 'POST', body: bytes, headers: { 'content-type': type } }),
      limits,
    )

  test('has a body that is what was sent, or is refused', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(anyJson, anyText, fc.uint8Array(), fc.constantFrom('{"__proto__":{"x":1}}', '[[')),
        headerText,
        async (bytes, type) => {
          for (const sent of [
            body(bytes as BodyInit),
            body(bytes as BodyInit, type.replace(/[^\x20-\x7e]/g, '').trim()),
          ]) {
            const value = await sent.catch((error: unknown) => {
              assert.ok(error instanceof ApiError, String(error))
              return undefined
            })
            if (value !== undefined && typeof bytes === 'string' && bytes !== '')
              assert.deepEqual(value, JSON.parse(bytes.toWellFormed()))
          }
          assert.equal(({} as Record<string, unknown>).x, undefined)
        },
      ),
    ))

  test('has a query with each value that was sent, under its name, also one of the prototype', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'constructor', ''), fc.string())),
        (pairs) => {
          const given = new URLSearchParams(pairs)
          const query = queryOf(given)
          assert.equal(Object.getPrototypeOf(query), Object.prototype)
          for (const name of given.keys()) {
            const value = Object.getOwnPropertyDescriptor(query, name)?.value
            assert.deepEqual(Array.isArray(value) ? value : [value], given.getAll(name))
          }
        },
      ),
    ))

  test('has a cursor of ours, or is refused with a sentence', () =>
    fc.assert(
      fc.property(fc.oneof(anyText, pieces('1', '.', 'connection_'), fc.constant(null)), (text) => {
        const problem = isCursor(text, true)
        assert.ok(problem === null || problem === 'must be the cursor of an earlier page')
      }),
    ))
})
