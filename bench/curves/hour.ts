import { startContender } from '../harness/contender.ts'
import type { Question, Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'
import type { Minute } from '../ours/hour.ts'

export const hour: Question = {
  name: 'hour',
  title: 'Memory over an hour',
  about:
    'An hour of virtual time with 10,000 warm grants in SQLite: the background work refreshes each before its token ends, fifty are read each minute. After garbage collection.',
  async run(bench): Promise<Report> {
    const grants = bench.isQuick ? 1000 : 10_000
    const parameters = { url: bench.provider.url, folder: bench.folder(), grants, minutes: 60 }
    const contender = await startContender('ours/hour.ts#hour', parameters)
    try {
      const minutes = (await contender.call<Minute[]>('run')).result
      const shown = minutes.filter(({ minute }) => minute % 15 === 0)
      const line = (name: string, value: (minute: Minute) => number) => ({
        name,
        points: minutes.map((one) => [one.minute, value(one)] as const),
      })
      return {
        head: ['after', ...shown.map(({ minute }) => `${minute} min`)],
        rows: [
          ['heap, MiB', ...shown.map(({ heapMiB }) => digits(heapMiB))],
          ['resident, MiB', ...shown.map(({ rssMiB }) => digits(rssMiB))],
          ['refreshed', ...shown.map(({ refreshed }) => digits(refreshed))],
        ],
        verdicts: [],
        pictures: {
          hour: {
            title: `Memory of a process that keeps ${grants.toLocaleString('en')} grants warm`,
            x: { label: 'minutes of virtual time' },
            y: { label: 'MiB' },
            series: [
              line('heap, after garbage collection', ({ heapMiB }) => heapMiB),
              line('resident', ({ rssMiB }) => rssMiB),
            ],
          },
        },
      }
    } finally {
      await contender.end()
    }
  },
}
