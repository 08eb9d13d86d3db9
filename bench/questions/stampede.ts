import { type Contender, startContender } from '../harness/contender.ts'
import { type Bench, mark, type Question, type Report, type Verdict } from '../harness/question.ts'
import { spread, spreadOf } from '../harness/statistics.ts'

const callers = 500
const contenders = [
  { label: 'punctual', source: 'ours/stampede.ts#stampede' },
  { label: 'badgateway', source: 'peers/badgateway.ts#stampede' },
  { label: 'better-auth', source: 'peers/better-auth.ts#stampede' },
  { label: 'simple-oauth2', source: 'peers/simple-oauth2.ts#stampede' },
] as const

export const stampede: Question = {
  name: 'stampede',
  title: '500 callers on a token that has ended',
  about:
    'Spread over 1, 2 and 4 processes on one file. The provider accepts a refresh token once and ends the grant when it comes again. ' +
    'Requests at the provider, and callers who got an error.',
  async run(bench): Promise<Report> {
    const rows: string[][] = []
    const verdicts: Verdict[] = []
    for (const { label, source } of contenders) {
      const ours = label === 'punctual'
      const mine = bench.isQuick ? 1 : ours ? 15 : 3
      for (const processes of bench.isQuick && !ours ? [1, 2] : [1, 2, 4]) {
        const requests: number[] = []
        const failed: number[] = []
        for (let round = 0; round < mine; round++) {
          const one = await stampedeOf(bench, source, processes)
          requests.push(one.requests)
          failed.push(one.failed)
        }
        const isReached = Math.max(...requests) === 1 && Math.max(...failed) === 0
        rows.push([
          label,
          String(processes),
          String(mine),
          spread(spreadOf(requests)),
          spread(spreadOf(failed)),
          ours ? `1 and 0 ${mark(isReached)}` : '',
        ])
        if (!ours) continue
        const value = `${spread(spreadOf(requests))} and ${spread(spreadOf(failed))}`
        verdicts.push({
          what: `a stampede, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
          value,
          goal: '1 request, 0 failed',
          isReached,
        })
      }
    }
    return { head: ['', 'processes', 'times', 'requests', 'failed callers', 'must reach'], rows, verdicts }
  },
}

async function stampedeOf(
  bench: Bench,
  source: string,
  processes: number,
): Promise<{ requests: number; failed: number }> {
  const parameters = { url: bench.provider.url, folder: bench.folder(), account: `crowd-${source.length}` }
  const started: Contender[] = []
  try {
    // One after the other: each opens the file that the first has made.
    for (let index = 0; index < processes; index++) started.push(await startContender(source, parameters))
    // The token that is connected with ends at once; the one that the refresh brings lives.
    await bench.provider.set({ lifetimeSeconds: 1 })
    const held = (await started[0]?.call('connect'))?.result
    await bench.provider.set({ delayMs: 50 })
    for (const one of started) await one.call('load', held)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await bench.provider.counts()
    const asked = await Promise.all(started.map((one) => one.call<number>('ask', callers / processes)))
    const { tokenRequests } = await bench.provider.counts()
    return { requests: tokenRequests, failed: asked.reduce((sum, { result }) => sum + result, 0) }
  } finally {
    await Promise.all(started.map((one) => one.end()))
    await bench.provider.set({})
  }
}
