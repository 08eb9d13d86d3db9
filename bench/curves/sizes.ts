import type { Chart, Series } from '../harness/chart.ts'
import { type Contender, startContender } from '../harness/contender.ts'
import { engineOf, type Place } from '../harness/database.ts'
import { startBenchPostgres } from '../harness/postgres.ts'
import type { Bench, Question, Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'

/** What is measured, and the picture that it is drawn in. */
const lines = [
  { name: 'read', label: 'connections.get and token', picture: 'reads' },
  { name: 'connect', label: 'a whole connect flow', picture: 'connect' },
  { name: 'webhook', label: 'a webhook verified and stored', picture: 'webhook' },
  { name: 'lastPage', label: 'list, last page', picture: 'lists' },
  { name: 'ofOwner', label: 'list of an owner', picture: 'lists' },
  { name: 'needsReconnect', label: 'list, needs_reconnect', picture: 'lists' },
  { name: 'disconnected', label: 'list, disconnected', picture: 'lists' },
] as const

const titles: Readonly<Record<string, string>> = {
  reads: 'Reading a live token, by the connections in the database',
  connect: 'A whole connect flow, by the connections in the database',
  webhook: 'A webhook verified and stored, by the connections in the database',
  lists: 'Lists, by the connections in the database',
  tick: 'Refreshing the grants that are due, by the connections in the database',
}

export const sizes: Question = {
  name: 'sizes',
  title: 'By the number of connections',
  about:
    'Milliseconds of one operation, one caller, with 1,000 to 1,000,000 connections in the database. The last row: the time until the background work has refreshed 500 that are due.',
  async run(bench): Promise<Report> {
    const counts = bench.isQuick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000]
    const usable = bench.isQuick ? 100 : 500
    const measured = new Map<string, [number, number][]>()
    const put = (label: string, count: number, ms: number) =>
      measured.set(label, [...(measured.get(label) ?? []), [count, ms]])
    for (const count of counts) {
      await at(bench, { file: `${bench.folder()}/punctual.db` }, count, usable, put)
      const server = await startBenchPostgres()
      try {
        await at(bench, { postgres: server.url }, count, usable, put)
      } finally {
        await server.end()
      }
    }
    const rows = [...measured].map(([label, points]) => [label, ...points.map(([, ms]) => digits(ms))])
    const head = ['ms', ...counts.map((count) => count.toLocaleString('en'))]
    return { head, rows, verdicts: [], pictures: picturesOf(measured, usable) }
  },
}

type Put = (label: string, count: number, ms: number) => void

async function at(bench: Bench, place: Place, connections: number, usable: number, put: Put): Promise<void> {
  const engine = engineOf(place)
  const parameters = { url: bench.provider.url, place, connections, usable }
  const contender: Contender = await startContender('ours/at-size.ts#atSize', parameters)
  try {
    for (const { name, label } of lines) {
      const { result } = await contender.call<number>('measure', name, bench.roundMs)
      put(`${label}, ${engine}`, connections, result)
    }
    put(`${usable} due, ${engine}`, connections, (await contender.call<number>('tick')).result)
  } finally {
    await contender.end()
  }
}

function picturesOf(measured: ReadonlyMap<string, [number, number][]>, usable: number): Record<string, Chart> {
  const x = { label: 'connections', isLog: true }
  const drawn = (picture: string): Series[] =>
    [...measured]
      .filter(([name]) => pictureOf(name) === picture)
      .map(([name, points]) => ({ name, points, isDashed: name.endsWith('Postgres') }))
  return Object.fromEntries(
    Object.entries(titles).map(([picture, title]) => {
      const y = picture === 'tick' ? { label: `ms for ${usable} that are due` } : { label: 'ms, median', isLog: true }
      return [picture, { title, x, y, series: drawn(picture) }]
    }),
  )
}

function pictureOf(name: string): string {
  return lines.find(({ label }) => name.startsWith(`${label}, `))?.picture ?? 'tick'
}
