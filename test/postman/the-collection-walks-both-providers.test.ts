// docs/postman, run by newman against a sandbox: each request is sent as it stands there, and each of its tests holds.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createSandbox } from '../../src/sandbox/index.ts'

/** What is used of newman, which brings no types. */
interface Newman {
  run(options: object): { on(event: string, listener: (error: Error | null, summary: Summary) => void): unknown }
}

interface Summary {
  readonly run: {
    readonly stats: { readonly requests: Count; readonly assertions: Count }
    readonly failures: readonly { readonly error: Error; readonly source: { readonly name: string } }[]
  }
}

interface Count {
  readonly total: number
  readonly failed: number
}

interface Entry {
  readonly name: string
  readonly description?: string
  readonly item?: readonly Entry[]
  readonly event?: readonly { readonly listen: string; readonly script: { readonly exec: readonly string[] } }[]
  readonly request?: { readonly description?: string }
}

interface Collection {
  readonly item: readonly Entry[]
}

interface Environment {
  readonly name: string
  readonly values: readonly { readonly key: string; readonly value: string }[]
}

const require = createRequire(import.meta.url)
const newman = require('newman') as Newman
const collection = read<Collection>('punctual.postman_collection.json')
const environment = read<Environment>('punctual-sandbox.postman_environment.json')

function read<File>(name: string): File {
  return JSON.parse(readFileSync(new URL(`../../docs/postman/${name}`, import.meta.url), 'utf8')) as File
}

for (const { name } of collection.item) {
  test(`${name}: every request gets the answer that its tests expect, also in a second run`, async (t) => {
    const sandbox = await createSandbox()
    t.after(sandbox.close)
    for (const time of ['first', 'second']) {
      const { stats, failures } = await run(name, sandbox.url)
      const failed = failures.map(({ error, source }) => `${source.name}: ${error.message}`)
      assert.deepEqual(failed, [], `in the ${time} run`)
      assert.equal(stats.requests.total, requestsIn(collection.item.filter((one) => one.name === name)).length)
      assert.ok(stats.assertions.total >= stats.requests.total)
    }
    const unresolved = sandbox.requests().filter(({ path }) => /%7B%7B|\{\{/.test(path))
    assert.deepEqual(unresolved, [])
  })
}

test('every request says what is known about it, and asserts its answer', () => {
  for (const { name, request, event = [] } of requestsIn(collection.item)) {
    assert.ok((request?.description ?? '').length > 20, `${name} has no description`)
    const script = event.find(({ listen }) => listen === 'test')?.script.exec.join('\n') ?? ''
    assert.match(script, /pm\.test\(/, `${name} asserts nothing`)
  }
})

test('the environment has the credentials of the sandbox, and its usual address', async (t) => {
  const sandbox = await createSandbox({ listen: false })
  t.after(sandbox.close)
  const values = Object.fromEntries(environment.values.map(({ key, value }) => [key, value]))
  assert.equal(values.baseUrl, 'http://127.0.0.1:4610')
  assert.equal(values.calendlyClientId, sandbox.calendly.clientId)
  assert.equal(values.calendlyClientSecret, sandbox.calendly.clientSecret)
  assert.equal(values.calcomClientId, sandbox.calcom.clientId)
  assert.equal(values.calcomClientSecret, sandbox.calcom.clientSecret)
  assert.equal(values.calcomPublicClientId, sandbox.calcomPublic.clientId)
})

/** Runs one provider's folder against the sandbox at that address. */
async function run(folder: string, baseUrl: string): Promise<Summary['run']> {
  const envVar = [{ key: 'baseUrl', value: baseUrl }]
  const done = newman.run({ collection, environment, folder, envVar, timeoutRequest: 30_000 })
  const [error, summary] = (await once(done as NodeJS.EventEmitter, 'done')) as [Error | null, Summary]
  if (error) throw error
  return summary.run
}

function requestsIn(entries: readonly Entry[]): Entry[] {
  return entries.flatMap((entry) => (entry.item ? requestsIn(entry.item) : [entry]))
}
