// What a terminal shows: tables that fit it, texts of strangers without their tricks, and a question before something ends.

import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { confirm } from '../../src/cli/operating/confirm.ts'
import { createListing, printOne } from '../../src/cli/output/listing.ts'
import { createProgress } from '../../src/cli/output/progress.ts'
import { columnsOf, shownText } from '../../src/cli/output/shown-text.ts'
import { tableLines } from '../../src/cli/output/table.ts'
import type { Terminal } from '../../src/cli/output/terminal.ts'

function terminalOf(width: number | null) {
  const lines: string[] = []
  const terminal: Terminal = { width, line: (text = '') => void lines.push(text), paint: (_, text) => text }
  return { lines, terminal }
}

test('a table is cut to the width of the terminal, but not its ids', () => {
  const id = 'connection_0123456789'
  const rows = [
    [id, 'a very long name of an account <somebody@example.com>', 'active'],
    [id, 'short', 'needs_reconnect'],
  ]
  const head = ['id', 'account', 'status']
  for (const line of tableLines(head, rows, { width: 60, mayCut: [1] })) assert.ok(line.length <= 60, line)
  assert.match(
    tableLines(head, rows, { width: 60, mayCut: [1] })[1] ?? '',
    /^connection_0123456789 {2}a very .*… {2}active$/,
  )
  assert.equal(tableLines(head, rows, { width: null, mayCut: [1] })[1], `${id}  ${rows[0]?.[1]}  active`)
  assert.match(tableLines(head, rows, { width: 10, mayCut: [1] })[1] ?? '', new RegExp(`^${id}`))
})

test('columns stand below each other also with wide signs', () => {
  const lines = tableLines(
    ['name', 'x'],
    [
      ['日本語', 'a'],
      ['👩‍💻', 'b'],
      ['abc', 'c'],
    ],
  )
  const places = lines.slice(1).map((line) => columnsOf(line.slice(0, line.search(/[abc]$/))))
  assert.deepEqual(new Set(places), new Set([8]))
})

test('a text of a stranger cannot move the cursor, begin a line or turn the direction', () => {
  assert.equal(shownText('a\u001b[2J\nb\u202ec\td'), 'a�[2J b�c d')
  const { lines, terminal } = terminalOf(null)
  printOne({}, [['owner', 'x\n✔ works']], { terminal, json: false })
  assert.deepEqual(lines, ['owner  x ✔ works'])
  const listing = createListing([{ head: 'name', of: (name: string) => name }], { terminal, json: false })
  listing.add('\u001b[31mred')
  listing.end('')
  assert.deepEqual(lines.slice(1), ['name', '�[31mred'])
})

test('a program gets a line of JSON at once, and an empty list prints nothing', () => {
  const { lines, terminal } = terminalOf(40)
  const listing = createListing([{ head: 'a', of: () => '' }], { terminal, json: true })
  listing.add({ a: 'x\u001b' } as never)
  assert.deepEqual(lines, ['{"a":"x\\u001b"}'])
  const empty = createListing([], { terminal, json: true })
  assert.equal(empty.end('nothing'), 0)
  assert.equal(lines.length, 1)
})

test('progress is drawn on a terminal, and removed in the end; elsewhere nothing is drawn', () => {
  const written: string[] = []
  let now = 1000
  for (const isTTY of [false, true]) {
    const progress = createProgress({ isTTY, write: (text) => written.push(text) }, () => now)
    progress.show('0 of 3')
    now += 1000
    progress.show('1 of 3')
    progress.show('2 of 3')
    now += 1000
    progress.end()
  }
  assert.deepEqual(written, ['\r\u001b[K1 of 3', '\r\u001b[K'])
})

test('a person who types yes goes on, any other answer does nothing', async () => {
  const ask = async (answer: string) => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    let asked = ''
    const output = Object.assign(
      new Writable({
        write(chunk, _, done) {
          asked += String(chunk)
          done()
        },
      }),
      { isTTY: true },
    )
    input.end(`${answer}\n`)
    await confirm({ what: 'This ends it.', yes: false, input, output })
    return asked
  }
  assert.match(await ask('yes'), /This ends it\.\r?\nGo on\? Type yes: /)
  for (const answer of ['no', '', 'yesterday'])
    await assert.rejects(ask(answer), { message: 'Nothing was done.', exitCode: 1 })
})
