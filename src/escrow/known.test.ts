import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compact } from './compact.ts'
import { type Entry, type GrantEntry, parseEntry, serializeEntry } from './entry.ts'
import { learn, newestOf, nothingKnown } from './known.ts'

const set = (tokens: string, fallbackTokens: readonly string[] = []) => ({
  tokens,
  fallbackTokens,
  scopes: null,
  outcomeUnknown: false,
  expiresInMs: 1000,
  refreshInMs: null,
  dueInMs: null,
})

function grant(generation: number, facts: Partial<GrantEntry> = {}): GrantEntry {
  const tokens = set(`set ${generation}`)
  return {
    kind: 'grant',
    store: 'db',
    at: generation,
    grant: 'g',
    generation,
    status: 'live',
    reason: null,
    set: tokens,
    isStored: false,
    ...facts,
  }
}

function knownOf(entries: readonly Entry[], store = 'db') {
  const known = nothingKnown()
  learn(known, entries.map(serializeEntry), store)
  return known
}

const newest = (...entries: readonly Entry[]) => newestOf(knownOf(entries).grants.get('g') ?? [])

async function compacted(texts: readonly string[], now: number): Promise<readonly string[]> {
  const kept: string[] = []
  await compact({ compact: async (keep) => void kept.push(...keep(texts)) }, now)
  return kept
}

test('the highest generation is the newest, in whatever order the texts come', () => {
  const entries = [grant(1), grant(3), grant(2)]
  for (const order of [entries, [...entries].reverse()]) {
    const { generation, set } = newest(...order)
    assert.deepEqual([generation, set?.tokens], [3, 'set 3'])
  }
})

test('a set that stands in the row counts more than one that a reconnection has overtaken', () => {
  const lost = grant(2, { at: 10, set: set('lost') })
  const stored = grant(2, { at: 5, set: set('attached'), isStored: true })
  assert.deepEqual(newest(lost, stored).set?.tokens, 'attached')
  assert.deepEqual(newest(lost, stored).set?.fallbackTokens, ['lost'])
  const judged = grant(2, { at: 20, set: set('attached', ['kept']), isStored: true })
  assert.deepEqual(newest(lost, stored, judged).set?.fallbackTokens, ['kept'])
})

test('a set that two rotations have sealed again at the same time is not a fallback set of itself', () => {
  const twins = ['sealed', 'sealed otherwise'].map((tokens) => grant(2, { at: 10, set: set(tokens) }))
  assert.deepEqual(newest(...twins).set?.fallbackTokens, [])
  const stored = grant(2, { at: 5, set: set('attached'), isStored: true })
  assert.equal(newest(...twins, stored).set?.fallbackTokens.length, 1)
})

test('a grant that has ended stays so at its generation, and not at the next one', () => {
  const over = grant(2, { status: 'over', reason: 'refused', set: null, isStored: true, at: 3 })
  assert.deepEqual([newest(grant(2), over).status, newest(grant(2), over).set?.tokens], ['over', 'set 2'])
  assert.equal(newest(over, grant(3)).status, 'live')
  const closed = grant(2, { status: 'closed', set: null, isStored: true })
  assert.equal(newest(over, closed, grant(2)).status, 'closed')
})

test('a changed text is damaged, and one of another database or a newer version is foreign', () => {
  const text = serializeEntry(grant(1))
  assert.equal(parseEntry(text.replace('set 1', 'set 2')), 'damaged')
  assert.equal(parseEntry(text.slice(0, -1)), 'damaged')
  const known = nothingKnown()
  const newer = serializeEntry({ ...grant(1), kind: 'later' } as unknown as Entry)
  learn(known, [text, text.slice(1), newer, serializeEntry(grant(9, { store: 'other' }))], 'db')
  assert.deepEqual([known.grants.size, known.damaged, known.foreign, known.texts], [1, 1, 2, 4])
  assert.equal(known.grants.get('g')?.[0]?.generation, 1)
})

test('any text is parsed without an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.ok(typeof parseEntry(text) === 'string')
    }),
  )
})

test('a compaction changes nothing of what is known but the sets of closed grants, keeps what is foreign, and forgets what is too old', async () => {
  const day = 86_400_000
  const now = 1000 * day
  const entry = fc.record({
    generation: fc.integer({ min: 1, max: 4 }),
    at: fc.integer({ min: now - 300 * day, max: now }),
    isStored: fc.boolean(),
    status: fc.constantFrom('live' as const, 'over' as const, 'closed' as const),
    tokens: fc.option(fc.constantFrom('a', 'b', 'c')),
    name: fc.constantFrom('g', 'h'),
    store: fc.constantFrom('db', 'other'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(entry), async (drawn) => {
      const entries = drawn.map(({ tokens, name, ...facts }) =>
        grant(facts.generation, { ...facts, grant: name, set: tokens === null ? null : set(tokens) }),
      )
      const texts = [...entries.map(serializeEntry), 'cut']
      const kept = await compacted(texts, now)
      for (const store of ['db', 'other']) {
        const [before, after] = [nothingKnown(), nothingKnown()]
        learn(before, texts, store)
        learn(after, kept, store)
        assert.deepEqual([...after.grants.keys()].sort(), [...before.grants.keys()].sort())
        for (const [id, list] of before.grants) {
          const known = newestOf(list)
          const withoutEnded = known.status === 'closed' ? { ...known, set: null } : known
          assert.deepEqual(newestOf(after.grants.get(id) ?? []), withoutEnded)
        }
        assert.equal(after.damaged, 0)
      }
    }),
  )
  const old = serializeEntry(grant(1, { at: now - 401 * day }))
  const kept = await compacted([old, serializeEntry(grant(2, { at: now }))], now)
  assert.equal(kept.length, 1)
})

test('a compaction whose clock is years ahead forgets nothing', async () => {
  const day = 86_400_000
  const given = { kind: 'connection', store: 'db', at: 1001 * day, connection: 'c', isDisconnected: true } as const
  const texts = [grant(1, { at: 1000 * day }), given].map(serializeEntry)
  assert.deepEqual(await compacted(texts, 2000 * day), texts)
})

test('a compaction leaves of a deleted grant only that it has ended', async () => {
  const entries = [grant(1), grant(2, { at: 5, isStored: true }), grant(2, { at: 3, grant: 'h' })].map(serializeEntry)
  const kept: string[] = []
  await compact(
    { compact: async (keep) => void kept.push(...keep(entries)) },
    10,
    undefined,
    (entry) => entry.grant === 'g',
  )
  const known = nothingKnown()
  learn(known, kept, 'db')
  assert.deepEqual(
    [newestOf(known.grants.get('g') ?? []).status, newestOf(known.grants.get('g') ?? []).generation],
    ['closed', 2],
  )
  assert.equal(
    kept.some((text) => text.includes('set 1') || (text.includes('"g"') && text.includes('set 2'))),
    false,
  )
  assert.equal(newestOf(known.grants.get('h') ?? []).status, 'live')
})
