import { type Contender, startContender } from '../harness/contender.ts'
import { type Bench, mark, type Question, type Report, type Verdict } from '../harness/question.ts'
import { digits, percentile } from '../harness/statistics.ts'

/** Flat: at the largest stock at most twice as much as at the smallest, or within this many ms of it. */
const noiseMs = 0.5
const isFlat = (values: readonly number[]): boolean => {
  const [first = 0, last = 0] = [values[0], values.at(-1)]
  return last <= Math.max(2 * first, first + noiseMs)
}

export const growth: Question = {
  name: 'growth',
  title: 'What may not grow with the stock',
  about:
    'SQLite, one caller, milliseconds. Connections with as many events that are done; of the lists by status and client, those that find nothing or one. ' +
    'The last row: the CPU time of a run of all background jobs with that many attempts begun just now (at most 100,000) and nothing to do. ' +
    'Flat: at most twice the first column, or half a millisecond more. The pictures below show the same on Postgres.',
  async run(bench): Promise<Report> {
    const sizes = bench.isQuick ? [1000, 30_000] : [1000, 10_000, 100_000, 1_000_000]
    const columns: Map<string, number>[] = []
    for (const size of sizes) columns.push(await measure(bench, size))
    const verdicts: Verdict[] = []
    const rows = [...(columns[0]?.keys() ?? [])].map((name) => {
      const values = columns.map((column) => column.get(name) ?? Number.NaN)
      const isReached = isFlat(values)
      verdicts.push({ what: name, value: values.map(digits).join(', '), goal: 'flat', isReached })
      return [name, ...values.map(digits), `flat ${mark(isReached)}`]
    })
    return { head: ['ms', ...sizes.map((size) => size.toLocaleString('en')), 'must be'], rows, verdicts }
  },
}

async function measure(bench: Bench, size: number): Promise<Map<string, number>> {
  const measured = new Map<string, number>()
  const place = { file: `${bench.folder()}/punctual.db` }
  const attempts = Math.min(size, 100_000)
  const contender = await startContender('ours/growth.ts#growth', {
    url: bench.provider.url,
    place,
    connections: size,
    events: size,
    attempts,
  })
  try {
    const { result: names } = await contender.call<string[]>('names')
    for (const name of names) {
      const isEvents = name.startsWith('events')
      const { result } = await contender.call<number>('list', name, bench.roundMs / 4)
      measured.set(isEvents ? name : `connections, ${name}`, result)
    }
    measured.set('background jobs, recent attempts', await tickOf(contender, bench.isQuick ? 3 : 7))
  } finally {
    await contender.end()
  }
  return measured
}

async function tickOf(contender: Contender, times: number): Promise<number> {
  const taken: number[] = []
  for (let index = 0; index <= times; index++) {
    await contender.call('stop')
    const { cpuMs } = await contender.call('tick')
    // The first run finds what the setup has left.
    if (index > 0) taken.push(cpuMs)
  }
  return percentile(taken, 50)
}
