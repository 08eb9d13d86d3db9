import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keyFromFile } from '../../src/cli/settings/keys.ts'
import { preloads } from '../support/preloads.ts'
import { emptyFolder } from './start.ts'

const module = join(import.meta.dirname, '../../src/cli/settings/keys.ts')

test('processes that start at the same moment agree on one key', async () => {
  const folder = emptyFolder()
  const program = `import { keyFromFile } from ${JSON.stringify(module)}
    process.stdout.write('ready')
    process.stdin.once('data', () => { console.error(keyFromFile(${JSON.stringify(folder)}, 'nowhere')); process.exit() })`
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, [...preloads, '--input-type=module', '--eval', program]),
  )
  const printed = children.map(async (child) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    await once(child, 'close')
    return text.trim()
  })
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  for (const child of children) child.stdin.end('now')
  const keys = new Set(await Promise.all(printed))
  assert.deepEqual([...keys], [readFileSync(join(folder, 'key'), 'utf8').trim()])
  assert.deepEqual(readdirSync(folder), ['key'])
})

test('the key is made once, and only its owner can read the file', () => {
  const folder = emptyFolder()
  const key = keyFromFile(folder, join(folder, 'punctual.db'))
  assert.equal(Buffer.from(key, 'base64url').byteLength, 32)
  assert.equal(statSync(join(folder, 'key')).mode & 0o777, 0o600)
  assert.equal(keyFromFile(folder, join(folder, 'punctual.db')), key)
})

test('a key file without read permission is refused with a sentence', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, () => {
  const folder = emptyFolder()
  keyFromFile(folder, join(folder, 'punctual.db'))
  chmodSync(join(folder, 'key'), 0)
  assert.throws(() => keyFromFile(folder, join(folder, 'punctual.db')), /cannot be read \(EACCES\)/)
})
