// Runs simulated histories of token refresh and event dispatch: `npm run simulate -- --seeds 20000`,
// `--from 500 --seeds 100`, or `--seed 123` for one history with its whole transcript. With `--bookings` every history has
// bookings; otherwise one in four has. With `--escrow` every history has an escrow, and a database that is restored from
// backups. Ends with 1 at the first history that violates a rule, with 2 on wrong arguments.

import { parseArgs } from 'node:util'
import { type History, runHistory } from '../test/simulation/history.ts'

interface Task {
  readonly from: number
  readonly seeds: number
  /** Whether to print the transcript even if no rule is violated. */
  readonly printAll: boolean
  /** Whether every history has bookings. */
  readonly bookings: boolean
  /** Whether every history has an escrow, and a database that is restored from a backup. */
  readonly escrow: boolean
}

function parseTask(): Task {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      bookings: { type: 'boolean', default: false },
      escrow: { type: 'boolean', default: false },
    },
  })
  const { seed, seeds, from, bookings, escrow } = values
  if (seed !== undefined && (seeds !== undefined || from !== undefined))
    throw new TypeError('simulate: --seed replays one history. Remove --seeds and --from, or remove --seed.')
  if (seed !== undefined) return { from: count('--seed', seed), seeds: 1, printAll: true, bookings, escrow }
  return {
    from: count('--from', from ?? '1'),
    seeds: count('--seeds', seeds ?? '1000'),
    printAll: false,
    bookings,
    escrow,
  }
}

function count(name: string, text: string): number {
  const number = Number(text)
  if (/^\d{1,15}$/.test(text) && number > 0) return number
  throw new TypeError(`simulate: ${name} must be a whole number above 0, not "${text}".`)
}

async function simulate({ from, seeds, printAll, bookings, escrow }: Task): Promise<boolean> {
  const started = performance.now()
  const options = `${bookings ? ' --bookings' : ''}${escrow ? ' --escrow' : ''}`
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
  let steps = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const history = await runHistory(seed, { keep: printAll, bookings, escrow })
    steps += history.steps
    if (history.violation) {
      print(printAll ? history : await runHistory(seed, { keep: true, bookings, escrow }), options)
      console.log(`\n${seed - from + 1} of ${seeds} histories ran in ${seconds()} s; seed ${seed} violates a rule.`)
      return false
    }
    if (printAll) print(history, options)
  }
  console.log(`${seeds} histories ran in ${seconds()} s (${steps} steps, from seed ${from}); no rule was violated.`)
  return true
}

function print({ seed, transcript, violation, digest }: History, options: string): void {
  for (const line of transcript) console.log(line)
  console.log(`\nseed ${seed}, digest ${digest}`)
  if (violation)
    console.log(
      `violated rule: ${violation.rule}: ${violation.message}\nreplay: npm run simulate --${options} --seed ${seed}`,
    )
}

try {
  process.exitCode = (await simulate(parseTask())) ? 0 : 1
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
