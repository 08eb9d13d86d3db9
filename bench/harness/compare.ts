// Compares contenders: each in its own process, one round each in turn, the order rotated, so that what else the machine
// does meets all of them. Ratios are made within a round.

import { type Contender, type Measured, startContender } from './contender.ts'
import { type Bench, mark, type Report, type Verdict } from './question.ts'
import { digits, type Spread, spread, spreadOf } from './statistics.ts'

export interface Entry {
  readonly label: string
  /** As of `startContender`. */
  readonly source: string
  readonly parameters?: unknown
  /** The entry that this one is compared with. Default: the first. */
  readonly limit?: string
  /** What share of the limit it must reach. */
  readonly goal?: number
}

export interface Comparison {
  readonly entries: readonly Entry[]
  /** What is compared: operations a second, or the CPU time of one. */
  readonly by: 'rate' | 'cpu'
  /** What an operation is called: `calls`. */
  readonly operations: string
  /** Names the goal in the report. */
  readonly what: string
}

interface Round {
  readonly rate: number
  /** Microseconds of CPU an operation. */
  readonly cpuUs: number
}

/** Runs the rounds: for each entry its rounds, in order. */
export async function rounds(bench: Bench, entries: readonly Entry[]): Promise<Map<string, Round[]>> {
  const contenders = new Map<string, Contender>()
  const measured = new Map<string, Round[]>(entries.map(({ label }) => [label, []]))
  try {
    for (const { label, source, parameters } of entries) contenders.set(label, await startContender(source, parameters))
    for (const contender of contenders.values()) await warmUp(bench, contender)
    for (let round = 0; round < bench.rounds; round++) {
      for (const { label } of rotated(entries, round)) {
        const { result, wallMs, cpuMs } = await oneRound(bench, contenders.get(label) as Contender)
        measured.get(label)?.push({ rate: result / (wallMs / 1000), cpuUs: (cpuMs * 1000) / result })
      }
    }
  } finally {
    await Promise.all([...contenders.values()].map((contender) => contender.end()))
  }
  return measured
}

async function oneRound(bench: Bench, contender: Contender): Promise<Measured<number>> {
  if (contender.has('prepare')) await contender.call('prepare')
  return contender.call<number>('round', bench.roundMs)
}

/** Until its code has run for so long that the compiler has seen it, however little of the processor it gets. */
async function warmUp(bench: Bench, contender: Contender): Promise<void> {
  const began = performance.now()
  for (let cpuMs = 0; cpuMs < 2 * bench.roundMs && performance.now() - began < 30 * bench.roundMs; )
    cpuMs += (await oneRound(bench, contender)).cpuMs
}

export function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const from = by % items.length
  return [...items.slice(from), ...items.slice(0, from)]
}

/** Runs a comparison and makes its table. */
export async function compare(bench: Bench, { entries, by, operations, what }: Comparison): Promise<Report> {
  const measured = await rounds(bench, entries)
  const verdicts: Verdict[] = []
  const rows = entries.map((entry) => {
    const { label, goal, limit = entries[0]?.label ?? '' } = entry
    const mine = measured.get(label) ?? []
    const ratios = {
      rate: ratioOf(mine, measured.get(limit) ?? [], 'rate'),
      cpu: ratioOf(mine, measured.get(limit) ?? [], 'cpu'),
    }
    const ratio = ratios[by]
    if (goal !== undefined)
      verdicts.push({
        what: `${what}: ${label}`,
        value: digits(ratio.median),
        goal: digits(goal),
        isReached: ratio.median >= goal,
      })
    return [
      label,
      spread(spreadOf(mine.map(({ rate }) => rate))),
      spread(spreadOf(mine.map(({ cpuUs }) => cpuUs))),
      limit === label ? '1' : spread(ratios.rate),
      limit === label ? '1' : spread(ratios.cpu),
      goal === undefined ? '' : `${digits(goal)} ${mark(ratio.median >= goal)}`,
    ]
  })
  const head = [
    '',
    `${operations} a second`,
    'CPU, us',
    'x of the limit',
    'x by CPU',
    `must reach, by ${by === 'cpu' ? 'CPU' : 'rate'}`,
  ]
  return { head, rows, verdicts }
}

/** How much of the limit is reached, round by round: 1 is as good, more is better. */
function ratioOf(mine: readonly Round[], limit: readonly Round[], by: 'rate' | 'cpu'): Spread {
  return spreadOf(
    mine.map((round, index) => {
      const other = limit[index] ?? round
      return by === 'rate' ? round.rate / other.rate : other.cpuUs / round.cpuUs
    }),
  )
}
