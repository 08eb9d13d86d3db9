// What the document promises of each operation, and that the document keeps to its own schemas.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleProblem, problem } from '../../src/server/api/document/entry.ts'
import { problemKinds } from '../../src/server/api/request/codes.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { type Json, startService } from './service.ts'

test('every operation has a summary, examples that pass its own schemas, its scope and its errors', async (t) => {
  const { url } = await startService(t)
  const document = await (await fetch(`${url}/openapi.json`)).json()
  assert.equal(document.openapi, '3.1.0')
  const entries = new Map<string, Json>()
  for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths))
    for (const [method, entry] of Object.entries(methods)) entries.set(`${method} ${path}`, entry)
  assert.equal(entries.size, operations.length)

  for (const { id, method, path, scope, params, query, headers, body, answer, errors } of operations) {
    const entry = entries.get(`${method} ${path}`)
    assert.equal(entry.operationId, id)
    assert.match(entry.summary, /^[A-Z].+[^.]$/, id)
    assert.deepEqual(entry.security, [{ apiKey: [scope] }])
    answer.schema.parse(answer.example)
    assert.ok(entry.responses[answer.status].content['application/json'].example, id)
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

test('the examples name the first of the clients', async (t) => {
  const { url } = await startService(t)
  const text = await (await fetch(`${url}/openapi.json`)).text()
  assert.match(text, /"clients":\["calendly"\]/)
  assert.doesNotMatch(text, /\{(client|provider)\}/)
})

test('every reference leads to a schema, and every schema is used', async (t) => {
  const { url } = await startService(t)
  const document = await (await fetch(`${url}/openapi.json`)).json()
  const used = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  assert.deepEqual([...new Set(used)].sort(), Object.keys(document.components.schemas).sort())
})
