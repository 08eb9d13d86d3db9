// How a history runs:
//  1. The seed starts one random generator; everything that the history draws comes from it.
//  2. build-simulation.ts builds the world: virtual time, providers, the shared store, machines, replicas that run the
//     production code, and the users and callers around them.
//  3. Scenarios start one after the other (scenarios.ts): calls, consents, crashes, outages, clocks that are set.
//  4. The scheduler lets exactly one event happen at a time. After each step the checker compares the state with the rules.
//  5. At the end every fault is healed, and the final check (final-check.ts) asks each connection to prove that it works.
// The first violation of a rule ends the history; its seed replays it. Only the memory store is simulated:
// test/store/model.test.ts holds that SQLite and Postgres behave as it does.

import { createHash } from 'node:crypto'
import { buildSimulation, type Simulation } from './build-simulation.ts'
import type { Violation } from './checker.ts'
import { runFinalCheck } from './final-check.ts'
import type { Mutation } from './mutation.ts'
import { drawPauseMs, playScenario } from './scenarios.ts'

const dayMs = 86_400_000

export interface History {
  readonly seed: number
  readonly steps: number
  readonly violation: Violation | null
  /** One line an event; empty unless `keep` is set. */
  readonly transcript: readonly string[]
  /** SHA-256 of the transcript. */
  readonly digest: string
}

/**
 * More steps than these in one day of the history, and it never comes to rest. A process that restarts every minute among
 * rows that it cannot read takes 50,000.
 */
const maxStepsADay = 200_000

/** Of a whole history with a planted bug: nobody waits so long. */
const maxStepsMutated = 20_000

export interface HistoryOptions {
  readonly keep?: boolean
  readonly mutation?: Mutation | null
  /** Whether it has bookings; default: one seed in four. */
  readonly bookings?: boolean
  /** Whether it has an escrow, and a database that is restored from a backup; default: none has. */
  readonly escrow?: boolean
}

export async function runHistory(
  seed: number,
  { keep = false, mutation = null, bookings = false, escrow = false }: HistoryOptions = {},
): Promise<History> {
  const transcript: string[] = []
  const note = keep ? (at: number, who: string, text: string) => void transcript.push(lineOf(at, who, text)) : null
  const simulation = await buildSimulation({ seed, mutation, bookings, escrow }, note)
  const { checker, scheduler } = simulation.world
  let steps = 0
  let today = { began: 0, steps: 0 }
  const run = (ms: number) =>
    runFor(simulation, ms, () => {
      steps++
      const now = scheduler.now()
      today = now - today.began < dayMs ? { ...today, steps: today.steps + 1 } : { began: now, steps: 1 }
      if (today.steps > maxStepsADay) checker.reportViolation('quiet', `${maxStepsADay} steps in one day`)
      if (mutation && steps > maxStepsMutated) checker.reportViolation('quiet', `${maxStepsMutated} steps, and no end`)
    })

  const unhandled = (error: unknown) =>
    checker.reportViolation('quiet', `a promise was rejected and nobody handled it: ${String(error)}`)
  process.on('unhandledRejection', unhandled)
  try {
    if (await runScenarios(simulation, run)) await runFinalCheck(simulation, run)
    if (!checker.violation) simulation.foreignFiles.check()
  } finally {
    process.off('unhandledRejection', unhandled)
  }
  const digest = createHash('sha256').update(transcript.join('\n')).digest('base64url')
  return { seed, steps, violation: checker.violation, transcript, digest }
}

/** Runs for `ms`; returns false when a rule is violated. */
async function runFor({ world }: Simulation, ms: number, countStep: () => void): Promise<boolean> {
  const { scheduler, checker } = world
  const until = scheduler.now() + ms
  world.nextAction = until
  await scheduler.rest()
  while (!checker.violation && (await scheduler.step(until))) {
    checker.check()
    countStep()
  }
  scheduler.settleAt(until)
  return checker.violation === null
}

/** Connects the accounts, then lets one scenario follow another. Returns false when a rule is violated. */
async function runScenarios(simulation: Simulation, run: (ms: number) => Promise<boolean>): Promise<boolean> {
  const { world, replicas, workload, options, bookings, reader, escrow } = simulation
  const { random, faults } = world
  for (const replica of replicas.all) replicas.start(replica)
  if (random.odds(0.2)) faults.begin()
  for (const clientName of options.clientNames)
    for (const account of options.accounts.length > 2 ? options.accounts : ['11'])
      workload.connect(clientName, account, 'ann', 20_000)
  if (options.owners.length > 1) workload.connect(random.pick(options.clientNames), '11', 'bob', 20_000)
  let isFine = await run(40_000)
  faults.begin()
  for (let left = random.between(4, 22); isFine && left > 0; left--) {
    if (!options.idle || random.odds(0.25)) playScenario(simulation)
    bookings?.play()
    escrow?.play()
    reader?.poll()
    isFine = await run(drawPauseMs(world, options))
  }
  return isFine
}

function lineOf(at: number, who: string, text: string): string {
  const time = new Date(at).toISOString().slice(5, 23).replace('T', ' ')
  return `${time}  ${who.padEnd(8)}  ${text.replace(/\b(at|rt)(\d+)\b/g, 'set $2')}`
}
