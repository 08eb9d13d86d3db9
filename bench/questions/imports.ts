import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rotated } from '../harness/compare.ts'
import { mark, type Question, type Report, type Verdict } from '../harness/question.ts'
import { digits, spread, spreadOf } from '../harness/statistics.ts'

const run = promisify(execFile)

interface Imported {
  readonly label: string
  readonly modules: readonly string[]
  /** How many times as long as {@link yardstick} takes in the same run, and how much memory. */
  readonly goal?: { readonly times: number; readonly mib: number }
}

const yardstick = 'openid-client'
const ours = ['punctual', 'punctual/providers', 'punctual/store/sqlite']
const imported: readonly Imported[] = [
  { label: 'punctual', modules: ours.slice(0, 1), goal: { times: 1.9, mib: 10 } },
  { label: 'punctual, providers, store/sqlite', modules: ours, goal: { times: 4.6, mib: 16 } },
  {
    label: 'the same and calendly (typed calls)',
    modules: [...ours, 'punctual/calendly'],
    goal: { times: 6.9, mib: 24 },
  },
  { label: 'oauth4webapi', modules: ['oauth4webapi'] },
  { label: 'openid-client', modules: ['openid-client'] },
  { label: 'badgateway', modules: ['@badgateway/oauth2-client'] },
  { label: 'simple-oauth2', modules: ['simple-oauth2'] },
  { label: 'grant', modules: ['grant'] },
  { label: '@auth/core', modules: ['@auth/core'] },
  { label: 'better-auth, genericOAuth', modules: ['better-auth', 'better-auth/plugins'] },
]

/** Of an import. */
interface Cost {
  readonly ms: number
  readonly cpuMs: number
  readonly mib: number
}

export const imports: Question = {
  name: 'imports',
  title: 'What an import costs',
  about:
    'Each in a process of its own, without a compile cache: milliseconds of `await import(…)`, and the memory (RSS) that the process has afterwards beyond that of an empty node in the same round. ' +
    'How long it takes depends on the machine, so the goals compare with openid-client: 25, 60 and 90 ms where that takes 13.',
  async run(bench): Promise<Report> {
    const measured = new Map<string, Cost[]>(imported.map(({ label }) => [label, []]))
    for (let round = 0; round < (bench.isQuick ? 3 : 15); round++) {
      const empty = await importIn([])
      for (const { label, modules } of rotated(imported, round)) {
        const cost = await importIn(modules)
        measured.get(label)?.push({ ...cost, mib: cost.mib - empty.mib })
      }
    }
    const verdicts: Verdict[] = []
    const unit = spreadOf((measured.get(yardstick) ?? []).map(({ ms }) => ms)).median
    const rows = imported.map(({ label, goal }) => {
      const mine = measured.get(label) ?? []
      const [ms, mib] = [spreadOf(mine.map(({ ms }) => ms)), spreadOf(mine.map(({ mib }) => mib))]
      const times = ms.median / unit
      const isReached = goal !== undefined && times <= goal.times && mib.median <= goal.mib
      const target = goal ? `${goal.times} times, ${goal.mib} MiB` : ''
      if (goal)
        verdicts.push({
          what: `import of ${label}`,
          value: `${digits(times)} times ${yardstick}, ${digits(mib.median)} MiB`,
          goal: target,
          isReached,
        })
      return [
        label,
        spread(ms),
        digits(times),
        spread(spreadOf(mine.map(({ cpuMs }) => cpuMs))),
        spread(mib),
        goal ? `${target} ${mark(isReached)}` : '',
      ]
    })
    return { head: ['', 'ms', `times ${yardstick}`, 'CPU, ms', 'MiB over an empty node', 'must reach'], rows, verdicts }
  },
}

async function importIn(modules: readonly string[]): Promise<Cost> {
  const program = `const [started, cpu] = [performance.now(), process.cpuUsage()]
    for (const name of ${JSON.stringify(modules)}) await import(name)
    const ms = performance.now() - started
    const { user, system } = process.cpuUsage(cpu)
    console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, mib: process.memoryUsage().rss / 2 ** 20 }))`
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program]
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const { stdout } = await run(process.execPath, words, { cwd: join(import.meta.dirname, '..'), env })
  return JSON.parse(stdout) as Cost
}
