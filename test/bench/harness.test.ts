// The bench's own arithmetic: what it prints and draws is right. Nothing here is measured.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { curves } from '../../bench/curves/index.ts'
import { chart } from '../../bench/harness/chart.ts'
import { rotated } from '../../bench/harness/compare.ts'
import { replaced } from '../../bench/harness/page.ts'
import { digits, percentile, spread, spreadOf } from '../../bench/harness/statistics.ts'
import { table } from '../../bench/harness/table.ts'
import { open, seal } from '../../bench/limits/seal.ts'
import { benchKey } from '../../bench/ours/keys.ts'
import { questions } from '../../bench/questions/index.ts'
import { systemRandom } from '../../src/core/clock.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'

describe('statistics', () => {
  test('the median of an even count is the mean of the two in the middle', () => {
    assert.equal(percentile([4, 1, 3, 2], 50), 2.5)
    assert.equal(percentile([10], 99), 10)
    assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 })
  })

  test('a number has three digits that say something', () => {
    const written = [103_456, 7.4649, 0.05912, 12, 0, 999.6, Number.NaN].map(digits)
    assert.deepEqual(written, ['103,000', '7.46', '0.0591', '12', '0', '1,000', '–'])
    assert.equal(spread({ median: 2.5, min: 1.25, max: 4 }), '2.50 (1.25–4)')
    assert.equal(spread({ median: 1, min: 1, max: 1 }), '1')
  })
})

test('each round begins with another contender', () => {
  assert.deepEqual(
    [0, 1, 2].map((round) => rotated(['a', 'b', 'c'], round)),
    [
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
    ],
  )
})

test('a table is Markdown whose columns stand one below the other', () => {
  assert.deepEqual(table(['', 'reads'], [['punctual', '12']]).split('\n'), [
    '|          | reads |',
    '| -------- | ----: |',
    '| punctual |    12 |',
  ])
})

test('a table replaces what is between its marks, and nothing else', () => {
  const page = 'before <!-- bench:a -->\n\nold\n\n<!-- /bench:a --> after'
  assert.equal(replaced(page, 'a', 'new'), 'before <!-- bench:a -->\n\nnew\n\n<!-- /bench:a --> after')
  assert.throws(() => replaced(page, 'b', 'new'), /has no <!-- bench:b -->/)
})

test('the page has a place for every question and every curve', () => {
  const page = readFileSync('docs/guide/performance.md', 'utf8')
  for (const { name } of [...questions, ...curves]) assert.notEqual(replaced(page, name, 'here'), page)
})

describe('a chart', () => {
  const series = [
    { name: 'reads < writes', points: [[1000, 0.5] as const, [1_000_000, 50] as const] },
    { name: 'writes & more', points: [[1000, 2] as const, [1_000_000, Number.NaN] as const] },
  ]
  const drawn = chart({ title: 'A & B', x: { label: 'x', isLog: true }, y: { label: 'ms', isLog: true }, series })

  test('is well-formed', () => {
    // Each tag that opens is closed, by itself or in order.
    const open: string[] = []
    for (const [, close, name, own] of drawn.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close === '/') assert.equal(open.pop(), name)
      else if (own !== '/') open.push(name ?? '')
    }
    assert.deepEqual(open, [])
    assert.doesNotMatch(drawn, /&(?!amp;|lt;|gt;)/)
    assert.match(drawn, /A &amp; B/)
  })

  test('draws each value inside of its frame, and leaves out what is not a number', () => {
    assert.doesNotMatch(drawn, /NaN|Infinity|undefined/)
    const circles = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ])
    assert.equal(circles.length, 3)
    for (const [x = 0, y = 0] of circles) assert.ok(x >= 76 && x <= 696 && y >= 52 && y <= 316, `${x} ${y}`)
  })

  test('a linear axis begins at zero and has whole steps', () => {
    const linear = chart({
      title: 't',
      x: { label: 'x' },
      y: { label: 'y' },
      series: [{ name: 's', points: [[10, 37]] }],
    })
    for (const tick of ['0', '10', '20', '30', '40']) assert.match(linear, new RegExp(`>${tick}</text>`))
  })
})

test('what the bench seals by hand opens in the product, and the other way round', () => {
  const vault = createVault(createKeyring([benchKey]), systemRandom)
  const place = { table: 'grants', row: 'grant_1', column: 'tokens' }
  assert.equal(vault.open(place, seal('grants', 'grant_1', 'tokens', 'a text')), 'a text')
  assert.equal(open('grants', 'grant_1', 'tokens', vault.seal(place, 'a text')), 'a text')
})

test('a question imports nothing but types of what it measures: the package is not built yet when the bench starts', () => {
  for (const file of globSync('bench/{questions,curves,harness}/*.ts'))
    assert.doesNotMatch(readFileSync(file, 'utf8'), /^import (?!type )[^\n]*'\.\.\/(ours|limits|peers)\//m, file)
})
