import { compare } from '../harness/compare.ts'
import { startContender } from '../harness/contender.ts'
import { startBenchPostgres } from '../harness/postgres.ts'
import { type Bench, mark, type Question, type Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'

/** Grants that the limits refresh at once: Punctual's default. */
const atOnce = 32

export const renewals: Question = {
  name: 'renewals',
  title: 'Refreshes a second, one process, SQLite',
  about:
    'Due grants, refreshed by the background work; the provider answers at once. The limits make the same writes by hand, 32 refreshes at once.',
  run(bench) {
    const init = () => ({ url: bench.provider.url, grants: bench.isQuick ? 200 : 800, atOnce })
    const byHand = (synchronous: string) => ({ ...init(), folder: bench.folder(), synchronous })
    const place = { file: `${bench.folder()}/punctual.db` }
    return compare(bench, {
      by: 'rate',
      operations: 'refreshes',
      what: 'refreshes on SQLite',
      entries: [
        {
          label: 'limit: the same writes by hand, FULL',
          source: 'limits/renewals.ts#onSqlite',
          parameters: byHand('full'),
        },
        {
          label: 'limit: the same writes by hand, NORMAL',
          source: 'limits/renewals.ts#onSqlite',
          parameters: byHand('normal'),
        },
        { label: 'punctual, FULL', source: 'ours/renewals.ts#renewals', parameters: { ...init(), place }, goal: 0.6 },
      ],
    })
  },
}

export const renewalsOnPostgres: Question = {
  name: 'renewals-postgres',
  title: 'Refreshes a second, one process, Postgres',
  about: 'The same on Postgres, fsync on, ten sessions each.',
  async run(bench) {
    const server = await startBenchPostgres()
    try {
      const init = { url: bench.provider.url, grants: bench.isQuick ? 200 : 800, atOnce }
      return await compare(bench, {
        by: 'rate',
        operations: 'refreshes',
        what: 'refreshes on Postgres',
        entries: [
          {
            label: 'limit: the same writes by hand',
            source: 'limits/renewals.ts#onPostgres',
            parameters: { ...init, database: server.url },
          },
          {
            label: 'punctual',
            source: 'ours/renewals.ts#renewals',
            parameters: { ...init, place: { postgres: server.url } },
            goal: 0.4,
          },
        ],
      })
    } finally {
      await server.end()
    }
  },
}

export const backlog: Question = {
  name: 'backlog',
  title: 'A backlog of grants that are due',
  about:
    '5,000 grants are due at once (1,500 with `--quick`): the time until one process has refreshed all of them, with SQLite and its defaults. ' +
    'Then a provider that takes 200 ms, with the default and with 64 refreshes at once.',
  async run(bench): Promise<Report> {
    const grants = bench.isQuick ? 1500 : 5000
    const goalSeconds = (12 * grants) / 5000
    const first = await seconds(bench, grants, {}, {})
    const what = `${grants} due, the provider answers at once`
    const rows = [
      [what, digits(first), digits(grants / first), `${digits(goalSeconds)} s ${mark(first <= goalSeconds)}`],
    ]
    const slow = bench.isQuick ? 200 : 1000
    for (const refreshConcurrency of bench.isQuick ? [undefined] : [undefined, 64]) {
      const taken = await seconds(bench, slow, { delayMs: 200 }, { refreshConcurrency })
      rows.push([
        `${slow} due, it takes 200 ms, ${refreshConcurrency ?? 'default'} at once`,
        digits(taken),
        digits(slow / taken),
        '',
      ])
    }
    const verdict = {
      what,
      value: `${digits(first)} s`,
      goal: `${digits(goalSeconds)} s`,
      isReached: first <= goalSeconds,
    }
    return { head: ['', 'seconds', 'refreshes a second', 'must reach'], rows, verdicts: [verdict] }
  },
}

async function seconds(bench: Bench, grants: number, provider: { delayMs?: number }, options: object): Promise<number> {
  await bench.provider.set(provider)
  const place = { file: `${bench.folder()}/punctual.db` }
  const contender = await startContender('ours/renewals.ts#renewals', {
    url: bench.provider.url,
    grants,
    place,
    ...options,
  })
  try {
    await contender.call('prepare')
    return (await contender.call('round')).wallMs / 1000
  } finally {
    await contender.end()
    await bench.provider.set({})
  }
}
