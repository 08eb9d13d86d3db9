// How the results are shown: lines for a person, or one object for a program.

import { jsonText } from '../output/listing.ts'
import { shownText } from '../output/shown-text.ts'
import type { Terminal } from '../output/terminal.ts'
import type { Result } from './diagnose.ts'

/** Whether nothing is wrong. What cannot be known from here does not count. */
export function isWell(results: readonly Result[]): boolean {
  return results.every(({ kind }) => kind !== 'wrong')
}

const signs = {
  ok: ['green', '✓'],
  wrong: ['red', '✗'],
  unknown: ['yellow', '?'],
} as const

export function printResults(results: readonly Result[], { line, paint }: Terminal): void {
  const width = Math.max(...results.map(({ id }) => id.length))
  for (const { id, kind, message, fix } of results) {
    const [style, sign] = signs[kind]
    line(`${paint(style, sign)} ${id.padEnd(width)}  ${shownText(message)}`)
    if (fix !== null) line(`  ${' '.repeat(width)}  ${paint('bold', '→')} ${shownText(fix)}`)
  }
  const count = (kind: Result['kind']) => results.filter((result) => result.kind === kind).length
  line()
  line(
    isWell(results)
      ? `Nothing is wrong. ${count('unknown')} of ${results.length} checks cannot be made from here (?).`
      : `${count('wrong')} of ${results.length} checks found something wrong (✗).`,
  )
}

/** `ok` is false for what is wrong alone; a message says what cannot be known from here. */
export function resultsAsJson(results: readonly Result[]): string {
  const checks = results.map(({ id, kind, message, fix }) => ({ id, ok: kind !== 'wrong', message, fix }))
  return `${jsonText({ ok: isWell(results), checks }, 2)}\n`
}
