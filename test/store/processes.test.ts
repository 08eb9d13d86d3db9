// Several processes on one SQLite file, and processes that are killed in the middle of their work.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { Store } from '../../src/core/store/store.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { preloads } from '../support/preloads.ts'
import { attempt, connect, virtualClock } from './fixtures.ts'

test('processes that open a new file at the same moment all succeed', async (t) => {
  for (let round = 0; round < 4; round++) {
    const { file, store } = await place(t)
    assert.deepEqual(await race(t, file, 'open', ['a', 'b', 'c', 'd']), ['opened', 'opened', 'opened', 'opened'])
    await store.open(virtualClock())
    for (const id of ['a', 'b', 'c', 'd']) assert.ok(await store.attempts.get(id))
    await store.close()
  }
})

test('of processes that claim one grant, one wins', async (t) => {
  const { file, store } = await place(t)
  await store.open(virtualClock())
  for (let index = 0; index < 60; index++) await connect(store, { account: `a${index}` })
  const won = (await race(t, file, 'claim', ['v', 'w', 'x'])) as string[][]
  assert.equal(won.flat().length, 60)
  assert.equal(new Set(won.flat()).size, 60)
  for (const [index, name] of ['v', 'w', 'x'].entries())
    for (const grant of won[index] ?? []) assert.equal((await store.grants.get(grant))?.leaseOwner, name)
  await store.close()
})

test('of processes that consume one attempt, one is first', async (t) => {
  const { file, store } = await place(t)
  await store.open(virtualClock())
  for (let index = 0; index < 60; index++) await store.attempts.insert(attempt(`a${index}`), 600_000)
  const won = (await race(t, file, 'consume', ['v', 'w', 'x'])) as string[][]
  assert.equal(won.flat().length, 60)
  assert.equal(new Set(won.flat()).size, 60)
  await store.close()
})

test('processes that attach to one account lose no generation', async (t) => {
  const { file, store } = await place(t)
  await store.open(virtualClock())
  const last = (await race(t, file, 'connect', ['v', 'w', 'x'])) as number[]
  assert.equal(Math.max(...last), 90)
  assert.equal((await store.connections.list({ limit: 1000 })).length, 90)
  await store.close()
})

test('a process that is killed loses nothing that it has reported as stored', async (t) => {
  const { file, store } = await place(t)
  await store.open(virtualClock())
  const { connection } = await connect(store)
  await store.close()
  let kept = 1
  for (let round = 1; round <= 6; round++) {
    const child = start(t, file, 'commits', 'w')
    await child.ready
    child.go()
    let acknowledged = 0
    for await (const line of child.lines) {
      acknowledged = Number(line)
      // More lines may be on their way: the file has at least what was reported so far.
      if (acknowledged >= kept + round * 7 && !child.process.killed) child.process.kill('SIGKILL')
    }
    assert.deepEqual(await child.exit, [null, 'SIGKILL'])
    await store.open(virtualClock())
    const row = await store.grants.get(connection.grant)
    const generation = row?.generation ?? 0
    assert.ok(generation === acknowledged || generation === acknowledged + 1, `${generation}, said ${acknowledged}`)
    assert.equal(row?.tokens, `t${generation}`)
    assert.equal((await store.history.of(connection.id, 1e6)).length, generation)
    await store.close()
    kept = generation
  }
  const database = new DatabaseSync(file)
  assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
  database.close()
})

async function place(t: TestContext): Promise<{ file: string; store: Store }> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-processes-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'punctual.db')
  return { file, store: sqlite(file) }
}

interface Child {
  readonly process: ChildProcess
  readonly ready: Promise<void>
  /** Exit code and signal. */
  readonly exit: Promise<unknown[]>
  readonly lines: AsyncIterableIterator<string>
  go(): void
}

function start(t: TestContext, file: string, task: string, name: string): Child {
  const child = spawn(
    process.execPath,
    [...preloads, join(import.meta.dirname, 'child-process.ts'), file, task, name],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  t.after(() => {
    child.kill('SIGKILL')
  })
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = lines.next().then(({ value }) => assert.equal(value, '"ready"'))
  return { process: child, ready, exit: once(child, 'exit'), lines, go: () => void child.stdin.write('go\n') }
}

/** Lets one process per name do the task at the same moment; returns what each printed. */
async function race(t: TestContext, file: string, task: string, names: string[]): Promise<unknown[]> {
  const children = names.map((name) => start(t, file, task, name))
  await Promise.all(children.map(({ ready }) => ready))
  for (const child of children) child.go()
  return Promise.all(
    children.map(async (child) => {
      const { value } = await child.lines.next()
      assert.deepEqual(await child.exit, [0, null])
      return JSON.parse(value ?? 'null')
    }),
  )
}
