// The example of a cloud KMS, with a stand-in for the cloud: a server that keeps the wrapping key, and a program `aws` that
// asks it and takes the words that AWS documents. The real service is not asked.

import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { startHost } from '../support/host.ts'

const example = join(import.meta.dirname, '../../examples/cloud-kms/print-keys.ts')

/** A key management service that wraps and unwraps, and can refuse. */
async function startKms(t: TestContext) {
  const wrapping = randomBytes(32)
  const kms = { unwrapped: 0, refuses: false }
  const server = createServer(async (request, response) => {
    const wrapped = await buffer(request)
    if (kms.refuses) return void response.writeHead(400).end('AccessDeniedException')
    const cipher = createDecipheriv('aes-256-gcm', wrapping, wrapped.subarray(0, 12)).setAuthTag(wrapped.subarray(-16))
    const plain = Buffer.concat([cipher.update(wrapped.subarray(12, -16)), cipher.final()])
    kms.unwrapped++
    response.end(plain.toString('base64'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const wrap = (key: Buffer): Buffer => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', wrapping, nonce)
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  }
  return Object.assign(kms, { url, wrap })
}

/** Puts a program `aws` first on the path, which decrypts by the stand-in. */
function installAws(t: TestContext, folder: string, url: string): void {
  const program = join(folder, 'aws')
  writeFileSync(
    program,
    `#!${process.execPath}
    const { readFileSync } = require('node:fs')
    const [kms, decrypt, flag, blob, query, field, output, text, ...more] = process.argv.slice(2)
    const words = [kms, decrypt, flag, query, field, output, text].join(' ')
    if (words !== 'kms decrypt --ciphertext-blob --query Plaintext --output text' || more.length > 0) process.exit(252)
    fetch(${JSON.stringify(url)}, { method: 'POST', body: readFileSync(blob.replace('fileb://', '')) }).then(async (answer) => {
      if (answer.ok) return console.log(await answer.text())
      console.error('An error occurred (' + (await answer.text()) + ') when calling the Decrypt operation')
      process.exitCode = 254
    })`,
  )
  chmodSync(program, 0o755)
  const { PATH } = process.env
  process.env.PATH = `${folder}${delimiter}${PATH}`
  t.after(() => {
    process.env.PATH = PATH
  })
}

test('data keys that a KMS has wrapped seal and open, and change as keys that are given do', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-kms-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const kms = await startKms(t)
  installAws(t, folder, kms.url)
  // With "+" and "/" in base64.
  const keys = { 2030: Buffer.alloc(32, 0xfb), 2031: Buffer.alloc(32, 0xff) }
  const file = (year: keyof typeof keys) => join(folder, `${year}.wrapped`)
  for (const year of [2030, 2031] as const) writeFileSync(file(year), kms.wrap(keys[year]))
  const command = (...years: (keyof typeof keys)[]) => [process.execPath, example, ...years.map(file)]

  const host = await startHost(t, { keys: undefined as never, keyProvider: { command: command(2030) } })
  const { id } = await host.connect('calendly')
  assert.equal(kms.unwrapped, 1)
  await host.punctual.stop()

  const both = host.another({ keyProvider: { command: command(2031, 2030) } })
  assert.ok((await (await both.connections.get(id)).token()).accessToken)
  const given = host.another({ keyProvider: undefined as never, keys: [keys[2030].toString('base64url')] })
  assert.ok((await (await given.connections.get(id)).token()).accessToken, 'they are the keys that KMS has wrapped')

  kms.refuses = true
  const refused = host.another({ keyProvider: { command: command(2031, 2030) } })
  await assert.rejects(refused.ready(), {
    code: 'store_unavailable',
    reason: 'keys_unavailable',
    message:
      /ended with the exit code 1\. It said: 2031\.wrapped cannot be unwrapped: aws ended with 254\. An error occurred \(AccessDeniedException\)/,
  })
})
