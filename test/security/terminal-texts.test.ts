// Texts of strangers on a terminal: in what the commands print, in the lines of the log, and in what a process says on stderr.

import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { printResults, resultsAsJson } from '../../src/cli/doctor/report.ts'
import { describeEvent } from '../../src/cli/output/event-line.ts'
import { createListing, printOne } from '../../src/cli/output/listing.ts'
import { createTerminal } from '../../src/cli/output/terminal.ts'
import { systemClock } from '../../src/core/clock.ts'
import { createEvents } from '../../src/events.ts'
import { createLog } from '../../src/server/operation/log.ts'

/** Sets the title, clears the screen, moves the cursor, asks the terminal for an answer, turns the direction, hides what follows. */
const tricks = [
  ...['\u001b]0;owned\u0007', '\u001b[2J\u001b[H', '\u009b2J', '\u009d8;;https://evil.example\u009c', '\u001b[6n'],
  ...['\u001bP+q\u001b\\', '\rforged', '\u0008\u0008', '\u007f', '\u202eevil', '\u2066x\u2069', '\u200b', '\u0000'],
]
const hostile = `x${tricks.join('')}y`
/** Everything of that kind but line breaks and our own colours. */
const colour = String.fromCharCode(27)
const obeyed = new RegExp(`(?!${colour}\\[\\d{1,3}m|\\n)[\\p{Cc}\\p{Cf}]`, 'u')

function screen() {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 })
  return { terminal: createTerminal(stream), shown: () => String(stream.read() ?? '') }
}

function assertHarmless(text: string, lines: number): void {
  assert.match(text, /x.*y/s)
  assert.doesNotMatch(text, obeyed)
  assert.equal(text.trimEnd().split('\n').length, lines, 'a line was forged')
}

test('a table, a list of fields and JSON obey no text of a stranger', () => {
  for (const json of [false, true]) {
    const { terminal, shown } = screen()
    const listing = createListing([{ head: 'owner', of: (owner: string) => owner }], { terminal, json })
    listing.add(hostile)
    listing.end('')
    assertHarmless(shown(), json ? 1 : 2)
    printOne({ hostile }, [['account', hostile]], { terminal, json })
    assertHarmless(shown(), json ? 3 : 1)
  }
})

test('neither do the results of doctor and a line of an event', () => {
  const { terminal, shown } = screen()
  const results = [{ id: 'credentials:calcom', kind: 'wrong', message: hostile, fix: hostile }] as const
  printResults(results, terminal)
  assertHarmless(shown(), 4)
  assertHarmless(resultsAsJson(results), 11)
  terminal.line(describeEvent({ type: 'fault', code: 'unexpected', reason: null, message: hostile, at: new Date() }))
  assertHarmless(shown(), 1)
})

test('below all of them the terminal itself lets nothing pass but line breaks and our own colours', () => {
  const { terminal, shown } = screen()
  terminal.line(`${terminal.paint('red', 'red')}\tx${tricks.slice(0, 9).join('')}y`)
  const text = shown()
  assert.ok(text.includes('red') && text.includes('\t'))
  assert.doesNotMatch(text.replace('\t', ''), obeyed)
})

test('a line of the log is one line of ASCII signs that no terminal obeys, and a program reads the text', async () => {
  const lines: string[] = []
  const log = await createLog({ level: 'info', clock: { now: () => 0 }, write: (line) => lines.push(line) })
  log.info(hostile, { name: hostile })
  assert.equal(lines.length, 1)
  assertHarmless(lines[0] ?? '', 1)
  assert.deepEqual(JSON.parse(lines[0] ?? '').name, hostile)
})

test('a warning on stderr is one line', () => {
  const printed: string[] = []
  const events = createEvents({ clock: systemClock, print: (line) => printed.push(line) })
  events.emit({ type: 'fault', code: 'provider_unavailable', reason: null, message: `a\nb ${hostile}` })
  assert.equal(printed.length, 1)
  assertHarmless(printed[0] ?? '', 1)
})
