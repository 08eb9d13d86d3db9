// What the document promises of each operation, and that the document keeps to its own schemas.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { exampleProblem, problem } from '../../src/server/api/document/entry.ts'
import { proxyPattern } from '../../src/server/api/proxy/proxy.ts'
import { problemKinds } from '../../src/server/api/request/codes.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { postedEventSchema } from '../../src/server/api/schemas/event.ts'
import { type Json, startService } from './service.ts'

test('every operation has a summary, examples that pass its own schemas, its scope and its errors', async (t) => {
  const { url } = await startService(t)
  const document = await (await fetch(`${url}/openapi.json`)).json()
  assert.equal(document.openapi, '3.1.0')
  const entries = new Map<string, Json>()
  for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths))
    for (const [method, entry] of Object.entries(methods)) entries.set(`${method} ${path}`, entry)
  const ofProxy = ['get', 'post', 'put', 'patch', 'delete'].map((method) => `${method} ${proxyPattern}`)
  for (const name of ofProxy) {
    const { responses, security } = entries.get(name)
    assert.ok(responses[200].headers['Punctual-Failure'], name)
    assert.deepEqual(security, [{ apiKey: ['calls'] }])
    entries.delete(name)
  }
  assert.equal(entries.size, operations.length)

  for (const { id, method, path, scope, params, query, headers, body, answer, errors } of operations) {
    const entry = entries.get(`${method} ${path}`)
    assert.ok(entry, id)
    assert.equal(entry.operationId, id)
    assert.match(entry.summary, /^[A-Z].+[^.]$/, id)
    assert.deepEqual(entry.security, [{ apiKey: [scope] }])
    answer.schema.parse(answer.example)
    assert.ok(entry.responses[answer.status].content['application/json'].example, id)
    for (const response of Object.values<Json>(entry.responses))
      for (const header of ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'])
        assert.equal(response.headers[header].$ref, `#/components/headers/${header}`)
    assert.equal(entry.requestBody !== undefined, body !== undefined)
    if (body) {
      body.schema.parse(body.example)
      assert.ok(entry.requestBody.content['application/json'].example, id)
    }
    for (const code of [...errors, 'unauthorized', 'forbidden', 'invalid_argument'] as const) {
      const { status } = problemKinds[code]
      assert.ok(entry.responses[status].content['application/problem+json'].examples[code], `${id} ${code}`)
    }
    const named = [params, query, headers].flatMap((part) => Object.keys((part as Json)?.shape ?? {}))
    assert.deepEqual(
      (entry.parameters ?? []).map(({ name }: { name: string }) => name),
      named,
      id,
    )
    assert.deepEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      Object.keys((params as Json)?.shape ?? {}),
      id,
    )
  }
})

test('the example of every problem is a problem', () => {
  for (const code of Object.keys(problemKinds) as (keyof typeof problemKinds)[])
    problem.parse(exampleProblem(code, 'https://docs.example/errors'))
})

test('the document has the version of the package, and the events as they are posted', async (t) => {
  const { url } = await startService(t)
  const { info, webhooks, components } = await (await fetch(`${url}/openapi.json`)).json()
  const file = new URL('../../package.json', import.meta.url)
  assert.equal(info.version, JSON.parse(readFileSync(file, 'utf8')).version)
  assert.ok(components.headers['Retry-After'].description)
  const { parameters, requestBody } = webhooks.event.post
  assert.deepEqual(
    parameters.map(({ name }: { name: string }) => name),
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  )
  const { example } = requestBody.content['application/json']
  assert.deepEqual(postedEventSchema.parse(example), example)
})

test('what may be null beside a reference is one of two, so that null is allowed', async (t) => {
  const { url } = await startService(t)
  const text = await (await fetch(`${url}/openapi.json`)).text()
  assert.doesNotMatch(text, /"allOf":\[\{"\$ref":"[^"]+"\},\{"type":\["object","null"\]\}\]/)
  const half = JSON.parse(text).components.schemas.Rescheduled.oneOf.at(-1)
  assert.deepEqual(half.properties.booking, { anyOf: [{ $ref: '#/components/schemas/Booking' }, { type: 'null' }] })
})

test('the examples name the first of the clients, with ids in the form of its provider', async (t) => {
  const { url } = await startService(t)
  const text = await (await fetch(`${url}/openapi.json`)).text()
  assert.match(text, /"clients":\["calendly"\]/)
  assert.doesNotMatch(text, /\{(client|provider|scope|an? [a-z ]+)(, encoded)?\}/)
  assert.match(text, /"eventType":"https:\/\/api\.calendly\.com\/event_types\/\w+"/)
  assert.match(text, /In the path it is percent-encoded: https%3A%2F%2Fapi\.calendly\.com%2Fscheduled_events%2F/)
})

test('every reference leads to a schema, and every schema is used', async (t) => {
  const { url } = await startService(t)
  const document = await (await fetch(`${url}/openapi.json`)).json()
  const used = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  assert.deepEqual([...new Set(used)].sort(), Object.keys(document.components.schemas).sort())
})

test('every parameter and every member of a body says what it means', async (t) => {
  const { url } = await startService(t)
  const document = await (await fetch(`${url}/openapi.json`)).json()
  const { schemas } = document.components
  const silent: string[] = []
  for (const [path, methods] of Object.entries<Record<string, Json>>(document.paths))
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      for (const { name, description, schema } of parameters)
        if (!description && !schema.description) silent.push(`${method} ${path} ${name}`)
      const { schema } = requestBody?.content['application/json'] ?? {}
      const { properties = {} } = (schema?.$ref ? schemas[schema.$ref.split('/').at(-1)] : schema) ?? {}
      for (const [name, member] of Object.entries<Json>(properties))
        if (!(member.$ref ? schemas[member.$ref.split('/').at(-1)] : member).description)
          silent.push(`${method} ${path} ${name}`)
    }
  assert.deepEqual(silent, [])
  const page = await (await fetch(`${url}/docs`)).text()
  for (const name of [
    'anotherAccount',
    'minimumValidityMs',
    'following',
    'hold',
    'Punctual-Failure',
    'webhook-signature',
  ])
    assert.match(page, new RegExp(`<code>${name}</code>`), name)
  assert.match(page, /<code>start<\/code> <span class="quiet">text, an instant, required<\/span>/)
  for (const name of Object.keys(schemas)) assert.match(page, new RegExp(`id="schema-${name}"`))
})
