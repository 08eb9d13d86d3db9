import { startContender } from '../harness/contender.ts'
import { type Bench, mark, type Question, type Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'

const goalBytes = 300

export const governor: Question = {
  name: 'governor',
  title: 'What is remembered of a connection that was called',
  about:
    'Bytes of the heap for each connection that was called once, of a provider that reports its limits, beyond those of a provider without limits; and what is left of them an hour after their window has ended.',
  async run(bench): Promise<Report> {
    const connections = bench.isQuick ? 500 : 5000
    const governed = await bytes(bench, connections, true)
    const free = await bytes(bench, connections, false)
    const remembered = (governed.called - free.called) / connections
    const left = (governed.later - free.later) / connections
    const isSmall = remembered <= goalBytes
    const isForgotten = left <= goalBytes / 10
    const rows = [
      ['after one call each', digits(remembered), `${goalBytes} ${mark(isSmall)}`],
      ['an hour later', digits(left), `forgotten ${mark(isForgotten)}`],
    ]
    const verdicts = [
      {
        what: 'bytes remembered of a connection',
        value: digits(remembered),
        goal: String(goalBytes),
        isReached: isSmall,
      },
      { what: 'bytes remembered an hour later', value: digits(left), goal: 'forgotten', isReached: isForgotten },
    ]
    return { head: [`${connections} connections`, 'bytes each', 'at most'], rows, verdicts }
  },
}

/** Bytes of the heap beyond those before the calls. */
async function bytes(
  bench: Bench,
  connections: number,
  isGoverned: boolean,
): Promise<{ called: number; later: number }> {
  const contender = await startContender('ours/governor.ts#governor', {
    url: bench.provider.url,
    connections,
    isGoverned,
  })
  const heap = async () => (await contender.call<number>('heap')).result
  try {
    const before = await heap()
    await contender.call('callAll')
    const called = (await heap()) - before
    await contender.call('later')
    return { called, later: (await heap()) - before }
  } finally {
    await contender.end()
  }
}
