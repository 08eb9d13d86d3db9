// What every place of an escrow promises, whatever it is.

import assert from 'node:assert/strict'
import { existsSync, truncateSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import { compact } from '../../src/escrow/compact.ts'
import { serializeEntry } from '../../src/escrow/entry.ts'
import { readKnown } from '../../src/escrow/heal.ts'
import { startHost } from '../support/host.ts'
import { entryOf } from './entries.ts'
import { type PlaceKind, placeKinds, startPlace } from './place-kinds.ts'

const textsOf = async (place: EscrowPlace) => [...new Set((await place.read(null)).texts)].sort()
const all = (texts: readonly string[]) => texts

for (const kind of placeKinds) describe(kind, () => contract(kind))

function contract(kind: PlaceKind): void {
  const several = async (t: TestContext) => {
    const started = await startPlace(t, kind)
    return { ...started, one: await started.open(), two: await started.open() }
  }

  test('what several processes have added is read by each, and again only what came since', async (t) => {
    const { one, two } = await several(t)
    assert.deepEqual(await textsOf(one), [])
    await one.append(['a', 'b'])
    await two.append(['ć'])
    const first = await one.read(null)
    assert.deepEqual([...first.texts].sort(), ['a', 'b', 'ć'])
    assert.ok(first.bytes >= 4)
    await two.append(['d'])
    const next = await one.read(first.position)
    assert.deepEqual(next.texts, ['d'])
    assert.ok(next.bytes > first.bytes)
    assert.deepEqual((await one.read(next.position)).texts, [])
  })

  test('looking at a place in which nothing ever was makes nothing there', async (t) => {
    const { one, setting } = await several(t)
    await one.check?.()
    assert.deepEqual((await one.read(null)).texts, [])
    await one.compact(all)
    if (kind !== 'postgres') assert.equal(existsSync(setting.replace('sqlite:', '')), false)
    assert.equal(one.where?.includes('opens-this-test-alone'), false)
  })

  test('a compaction keeps what it is told to, and what is added during it and after it', async (t) => {
    const { one, two } = await several(t)
    await one.append(['old', 'new'])
    let adding: Promise<void> | null = null
    await two.compact((texts) => {
      adding = one.append(['meanwhile'])
      return texts.filter((text) => text !== 'old')
    })
    await adding
    assert.deepEqual(await textsOf(one), ['meanwhile', 'new'])
    await one.append(['later'])
    await two.compact((texts) => texts.map((text) => (text === 'later' ? 'sealed again' : text)))
    assert.deepEqual(await textsOf(two), ['meanwhile', 'new', 'sealed again'])
    await two.compact(() => [])
    assert.deepEqual(await textsOf(one), [])
    await one.append(['latest'])
    assert.deepEqual((await two.read(null)).texts, ['latest'])
  })

  test('compactions at the same time never take one each of equal texts', async (t) => {
    const { one, two } = await several(t)
    for (const place of [one, two, one]) await place.append(['same', 'same'])
    for (let round = 0; round < 5; round++) {
      await Promise.all([one, two].map((place) => place.compact((texts) => [...new Set(texts)])))
      assert.deepEqual(await textsOf(one), ['same'])
    }
    await one.compact((texts) => [...new Set(texts)])
    const { bytes, texts } = await two.read(null)
    assert.deepEqual(texts, ['same'])
    assert.ok(bytes > 0 && bytes < 6, `${bytes} bytes`)
  })

  test('who reads wholly or on misses nothing, while others add and compact at the same time', async (t) => {
    const { one, two, open } = await several(t)
    const [reader, compactor] = [await open(), await open()]
    const texts = (name: string) => Array.from({ length: 25 }, (_, index) => `writer ${name}, text ${index}`)
    /** Texts that outlive everything from now on. */
    const kept: string[] = []
    const adding = [one, two].map(async (place, index) => {
      for (const [number, text] of texts(`${index}`).entries()) {
        await place.append([text])
        kept.push(text)
        if (number % 8 === 7) await compactor.compact((found) => [...new Set(found)].map((one) => one.toUpperCase()))
      }
    })
    let isOver = false
    const added = Promise.all(adding).finally(() => {
      isOver = true
    })
    const seen = new Set<string>()
    const reading = async () => {
      for (let position: object | null = null, isLast = false; !isLast; ) {
        isLast = isOver
        const [before, wholly] = [[...kept], await reader.read(null)]
        const found = new Set(wholly.texts.map((text) => text.toLowerCase()))
        assert.deepEqual(
          before.filter((text) => !found.has(text)),
          [],
        )
        const read = await reader.read(position)
        for (const text of read.texts) seen.add(text.toLowerCase())
        position = read.position
        // A look at a place that does not exist yet waits for nothing.
        await setImmediate()
      }
    }
    await Promise.all([added, reading()])
    assert.deepEqual([...seen].sort(), [...texts('0'), ...texts('1')].sort())
  })

  test('thousands of texts are added and read whole', async (t) => {
    const { one, two } = await several(t)
    const texts = Array.from({ length: 4500 }, (_, index) => `text ${index}`)
    await one.append(texts)
    assert.equal((await two.read(null)).texts.length, texts.length)
    await two.compact((found) => found.filter((text) => text.endsWith('7')))
    assert.equal((await one.read(null)).texts.length, 450)
  })

  test('a text that was cut or changed is counted, healed from by nobody, and cleared away', async (t) => {
    const { one, two } = await several(t)
    const whole = serializeEntry(entryOf('g', 3))
    await one.append([
      whole,
      whole.slice(0, -9),
      serializeEntry(entryOf('g', 4)).replace('"generation":4', '"generation":5'),
    ])
    const known = await readKnown(two, 'any')
    assert.equal(known.damaged, 2)
    assert.equal(known.grants.get('g')?.[0]?.generation, 3)
    assert.deepEqual(await compact(two, Date.now()), { before: 3, after: 1 })
    assert.equal((await readKnown(one, 'any')).damaged, 0)
  })

  test('while it is away nothing is added and the error says why; after that it is used again', async (t) => {
    const { one, two, away, back } = await several(t)
    await one.append(['before'])
    await away()
    for (const place of [one, two]) {
      for (const attempt of [() => place.append(['x']), () => place.read(null), async () => place.check?.()])
        await assert.rejects(attempt, ({ code, message }: NodeJS.ErrnoException) => {
          assert.match(`${code}`, /^\w+$/)
          assert.equal(message.includes('opens-this-test-alone'), false)
          return true
        })
    }
    await back()
    for (const place of [one, two]) await place.append(['after'])
    assert.deepEqual(await textsOf(one), ['after', 'before'])
  })

  test('one that was closed is opened again by its next use', async (t) => {
    const { one, two } = await several(t)
    await one.close?.()
    const adding = one.append(['a'])
    await one.close?.()
    await adding
    assert.deepEqual(await textsOf(two), ['a'])
    assert.deepEqual(await textsOf(one), ['a'])
  })

  test('one that is away fails no refresh, and is reported; the next start waits for it', async (t) => {
    const { one, two, away, back } = await several(t)
    await one.append([])
    const host = await startHost(t, { escrow: one })
    const faults: string[] = []
    host.punctual.on((event) => event.type === 'fault' && faults.push(`${event.code}: ${event.message}`))
    const connection = await host.connect('calendly')
    await away()
    for (let generation = 2; generation < 5; generation++)
      assert.equal((await connection.refresh()).generation, generation)
    const told = faults.filter((fault) => fault.startsWith('escrow_unwritable: The escrow of token sets cannot be '))
    assert.ok(told.some((fault) => fault.includes('cannot be written')))
    assert.deepEqual([...new Set(told)], faults, 'each is told once')
    const beside = host.another({ escrow: two })
    await assert.rejects(beside.ready(), { code: 'store_unavailable', reason: 'escrow_unreadable' })
    await back()
    await beside.ready()
    assert.equal((await connection.refresh()).generation, 5)
    assert.equal((await readKnown(two, 'any')).foreign > 0, true)
  })
}

test('in Postgres, a text whose statement waits is missed by no reader that reads meanwhile', async (t) => {
  const { setting, open } = await startPlace(t, 'postgres')
  const [writer, reader] = [await open(), await open()]
  await writer.append(['before'])
  const session = new pg.Client({ connectionString: setting })
  await session.connect()
  try {
    await session.query('begin')
    await session.query('lock table punctual_escrow.escrow_texts in share mode')
    const adding = writer.append(['waits'])
    const waiting = 'select 1 from pg_locks where not granted and relation is not null'
    while ((await session.query(waiting)).rows.length === 0) await setImmediate()
    const { position } = await reader.read(null)
    await session.query('commit')
    await adding
    assert.deepEqual((await reader.read(position)).texts, ['waits'])
  } finally {
    await session.end()
  }
})

test('a damaged SQLite file of an escrow is not to be restored: an older one would be behind', async (t) => {
  const { setting, open } = await startPlace(t, 'sqlite')
  const file = setting.replace('sqlite:', '')
  const place = await open()
  await place.append(Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(900)}`))
  await place.close?.()
  truncateSync(file, 9000)
  await assert.rejects(async () => (await open()).read(null), {
    reason: 'SQLITE_CORRUPT',
    message: `${file} is damaged; move it away, and begin another escrow: punctual escrow begin.`,
  })
})
