import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleForBrowser } from '../../tools/package/bundle.ts'

test('the published file of punctual/browser has less than 2,000 bytes, and needs no other file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'punctual-browser-')), 'index.js')
  await bundleForBrowser(join(import.meta.dirname, '../..'), file)
  const text = readFileSync(file, 'utf8')
  assert.ok(Buffer.byteLength(text) < 2000, `${Buffer.byteLength(text)} bytes`)
  assert.doesNotMatch(text, /\bimport\b/)
})
