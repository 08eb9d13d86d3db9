import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Contender, startContender } from '../harness/contender.ts'
import { type Bench, mark, type Question, type Report, type Verdict } from '../harness/question.ts'
import { type Spread, spread, spreadOf } from '../harness/statistics.ts'
import type { SandboxFacts } from '../ours/mapping.ts'

/** What is measured, each with its call. */
export type Page = (typeof pages)[number]
const pages = ['event types', 'slots of 31 days', 'a booking'] as const

const goal = 0.05
const callsOfRound = 30

export const mapping: Question = {
  name: 'mapping',
  title: 'One scheduling model',
  about:
    'The functions that map an answer into the scheduling model, beside the typed calls that bring the answer, over loopback to the sandbox, which is a process of its own; one caller, by time. A booking of Calendly takes two calls.',
  async run(bench): Promise<Report> {
    const child = fork(join(import.meta.dirname, '../provider/sandbox.ts'))
    const [sandbox] = (await once(child, 'message')) as [SandboxFacts]
    const rows: string[][] = []
    const verdicts: Verdict[] = []
    try {
      for (const provider of ['calendly', 'calcom'] as const) {
        const contender = await startContender('ours/mapping.ts#mapping', { provider, sandbox })
        try {
          for (const page of pages) {
            const { items, callMs, mappingMs, share } = await measure(bench, contender, page)
            const isReached = share.median <= goal
            const what = `${page}, ${provider} (${items})`
            rows.push([what, spread(callMs), spread(mappingMs), spread(share), `${goal} ${mark(isReached)}`])
            verdicts.push({
              what: `mapping of ${page} of ${provider}`,
              value: spread(share),
              goal: `${goal}`,
              isReached,
            })
          }
        } finally {
          await contender.end()
        }
      }
    } finally {
      child.kill()
    }
    return { head: ['', 'calls, ms', 'mapping, ms', 'share', 'at most'], rows, verdicts }
  },
}

interface Cost {
  readonly items: number
  readonly callMs: Spread
  readonly mappingMs: Spread
  readonly share: Spread
}

async function measure(bench: Bench, contender: Contender, page: Page): Promise<Cost> {
  const times = bench.isQuick ? 200 : 1000
  const [called, mapped, shares]: [number[], number[], number[]] = [[], [], []]
  let items = 0
  // The first round warms up.
  for (let round = -1; round < (bench.isQuick ? 2 : bench.rounds); round++) {
    const call = await contender.call<number>('call', page, callsOfRound)
    const map = await contender.call('map', page, times)
    items = call.result
    if (items === 0) throw new Error(`no ${page}`)
    if (round < 0) continue
    const [callMs, mappingMs] = [call.wallMs / callsOfRound, map.wallMs / times]
    called.push(callMs)
    mapped.push(mappingMs)
    shares.push(mappingMs / callMs)
  }
  return { items, callMs: spreadOf(called), mappingMs: spreadOf(mapped), share: spreadOf(shares) }
}
