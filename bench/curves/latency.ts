import { startContender } from '../harness/contender.ts'
import type { Question, Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'
import type { Kind } from '../ours/latency.ts'

/** One call in so many is slower. */
const oneIn = [2, 4, 10, 20, 50, 100, 200, 500, 1000]
const percents = oneIn.map((calls) => 100 - 100 / calls)
const kinds: readonly { readonly kind: Kind; readonly name: string; readonly isOthers: boolean }[] = [
  { kind: 'none', name: 'nothing is refreshed', isOthers: false },
  { kind: 'due', name: '1 % is due: the others', isOthers: false },
  { kind: 'due', name: '1 % is due: these', isOthers: true },
  { kind: 'ended', name: '1 % has ended: the others', isOthers: false },
  { kind: 'ended', name: '1 % has ended: these, waiting', isOthers: true },
]

export const latency: Question = {
  name: 'latency',
  title: 'Latency of token() while 1 % of the grants are refreshed',
  about:
    '10,000 grants in SQLite, 500 calls a second that arrive whether or not the earlier ones have ended; the provider takes 500 ms for a refresh. Milliseconds. ' +
    'A token that is due is served at once and refreshed behind the call; callers of one that has ended wait.',
  async run(bench): Promise<Report> {
    await bench.provider.set({ delayMs: 500 })
    const grants = bench.isQuick ? 1000 : 10_000
    const parameters = { url: bench.provider.url, folder: bench.folder(), grants, callsPerSecond: 500 }
    const contender = await startContender('ours/latency.ts#latency', parameters)
    try {
      const measured = new Map<string, number[]>()
      // So long that every grant is asked for at least once; the first is for warming up.
      const ms = Math.max((grants / 500) * 1000 + 1000, 3000)
      await contender.call('run', 'none', 2000, percents)
      for (const kind of ['none', 'due', 'ended'] as const) {
        const [living = [], others = []] = (await contender.call<number[][]>('run', kind, ms, percents)).result
        for (const one of kinds) if (one.kind === kind) measured.set(one.name, one.isOthers ? others : living)
      }
      const shown = [2, 10, 100, 1000]
      const at = (values: readonly number[], calls: number) => values[oneIn.indexOf(calls)] ?? Number.NaN
      return {
        head: ['', ...shown.map((calls) => `p${100 - 100 / calls}`)],
        rows: [...measured].map(([name, values]) => [name, ...shown.map((calls) => digits(at(values, calls)))]),
        verdicts: [],
        pictures: {
          latency: {
            title: 'token() while 1 % of the grants are refreshed in 500 ms each',
            x: { label: 'one call in so many takes longer', isLog: true },
            y: { label: 'ms', isLog: true },
            series: [...measured].map(([name, values]) => ({
              name,
              points: oneIn.map((calls, index) => [calls, values[index] ?? Number.NaN] as const),
            })),
          },
        },
      }
    } finally {
      await contender.end()
    }
  },
}
