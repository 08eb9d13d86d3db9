// Measures Punctual beside what a user would pick instead and beside limits written by hand.
// Usage: npm run bench                    every question
//        npm run bench -- --quick         the same with few and short rounds: under two minutes
//        npm run bench -- reads connect   some of them
//        npm run bench -- curves          the curves, with a picture each
//        npm run bench -- --write         writes tables and pictures into docs/guide/performance.md
//        npm run bench -- --list          names the questions

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { curves } from './curves/index.ts'
import { chart } from './harness/chart.ts'
import { machine } from './harness/machine.ts'
import { runText, writePage, writePicture } from './harness/page.ts'
import { type ProviderProcess, startProvider } from './harness/provider.ts'
import { type Bench, mark, type Question, type Report, type Verdict } from './harness/question.ts'
import { setUp } from './harness/setting-up.ts'
import { table } from './harness/table.ts'
import { questions } from './questions/index.ts'

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

/** The questions that the words of the command line name. */
function chosen(words: readonly string[]): Question[] {
  if (words.length === 0) return [...questions]
  const all = [...questions, ...curves]
  const unknown = words.filter((word) => word !== 'curves' && !all.some(({ name }) => name === word))
  if (unknown.length > 0)
    throw new Error(`no question is called ${unknown.join(', ')}. npm run bench -- --list names them`)
  return all.filter((one) => words.includes(one.name) || (words.includes('curves') && curves.includes(one)))
}

function benchOf(provider: ProviderProcess, base: string): Bench {
  let folders = 0
  return {
    provider,
    isQuick: values.quick,
    rounds: values.quick ? 3 : 7,
    roundMs: values.quick ? 200 : 1000,
    folder: () => mkdtempSync(join(base, `${++folders}-`)),
  }
}

/** Runs one after the other; one that cannot run is named, and the others go on. */
async function runAll(wanted: readonly Question[], bench: Bench): Promise<Map<Question, Report>> {
  const reports = new Map<Question, Report>()
  for (const question of wanted) {
    const started = performance.now()
    try {
      await bench.provider.set({})
      const report = await question.run(bench)
      reports.set(question, report)
      const seconds = ((performance.now() - started) / 1000).toFixed(0)
      console.log(`${question.title} (${question.name}, ${seconds} s)\n\n${table(report.head, report.rows)}\n`)
    } catch (error) {
      console.error(`${question.name} failed to run:`, error)
      process.exitCode = 1
    }
  }
  return reports
}

function printVerdicts(verdicts: readonly Verdict[]): void {
  const missed = verdicts.filter(({ isReached }) => !isReached)
  console.log(`${verdicts.length - missed.length} of ${verdicts.length} goals reached`)
  for (const { what, value, goal } of missed) console.log(`${mark(false)} ${what}: ${value}, must reach ${goal}`)
}

function write(reports: ReadonlyMap<Question, Report>): void {
  const texts = new Map<string, string>()
  for (const [{ name, about }, report] of reports) {
    texts.set(name, `${about}\n\n${table(report.head, report.rows)}`)
    for (const [picture, drawn] of Object.entries(report.pictures ?? {})) writePicture(picture, chart(drawn))
  }
  // The curves take longer and may be from another day.
  for (const question of reports.keys())
    texts.set(curves.includes(question) ? 'curves-run' : 'run', runText(process.argv.slice(2)))
  writePage(texts)
}

if (values.list) {
  for (const { name, title } of [...questions, ...curves]) console.log(`${name.padEnd(20)} ${title}`)
  process.exit()
}
const wanted = chosen(positionals)
setUp()
console.log(`${machine()}\n`)
const provider = await startProvider()
// On the disk of this folder: in memory an fsync would be free.
const runs = join(import.meta.dirname, '.runs')
mkdirSync(runs, { recursive: true })
const base = mkdtempSync(join(runs, 'run-'))
try {
  const reports = await runAll(wanted, benchOf(provider, base))
  printVerdicts([...reports.values()].flatMap(({ verdicts }) => verdicts))
  if (values.write) write(reports)
} finally {
  provider.end()
  rmSync(base, { recursive: true, force: true })
}
