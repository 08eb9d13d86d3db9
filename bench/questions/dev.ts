import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mark, type Question, type Report } from '../harness/question.ts'
import { spread, spreadOf } from '../harness/statistics.ts'

const root = join(import.meta.dirname, '../..')
const goal = 2.5

export const dev: Question = {
  name: 'dev',
  title: '`punctual dev` to its first answer',
  about:
    'From the start of the process to the first 200 of its page, in an empty folder, beside an empty Hono server. In `punctual dev` a page, a server, a database and a sandbox start.',
  async run(bench): Promise<Report> {
    const empty: number[] = []
    const whole: number[] = []
    for (let round = 0; round < (bench.isQuick ? 3 : 9); round++) {
      const [port = 0, sandboxPort = 0] = await freePorts(2)
      empty.push(await firstAnswer([join(import.meta.dirname, '../peers/hono.ts'), String(port)], port, {}, root))
      const env = { PUNCTUAL_PORT: String(port), PUNCTUAL_SANDBOX_PORT: String(sandboxPort) }
      whole.push(await firstAnswer([join(root, 'dist/cli/main.js'), 'dev'], port, env, bench.folder()))
    }
    const ratio = spreadOf(whole.map((ms, index) => ms / (empty[index] ?? ms)))
    const isReached = ratio.median <= goal
    const rows = [
      ['limit: an empty Hono server', spread(spreadOf(empty)), '1', ''],
      ['punctual dev', spread(spreadOf(whole)), spread(ratio), `${goal} ${mark(isReached)}`],
    ]
    const verdict = {
      what: 'punctual dev, times the empty server',
      value: spread(ratio),
      goal: String(goal),
      isReached,
    }
    return { head: ['', 'ms', 'times the limit', 'at most'], rows, verdicts: [verdict] }
  },
}

/** Milliseconds until the program answers with 200. */
async function firstAnswer(words: string[], port: number, env: Record<string, string>, cwd: string): Promise<number> {
  const { NODE_COMPILE_CACHE: _, ...ambient } = process.env
  const started = performance.now()
  const child: ChildProcess = spawn(process.execPath, words, {
    cwd,
    env: { ...ambient, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    while (performance.now() - started < 30_000) {
      const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
      await response?.text()
      if (response?.status === 200) return performance.now() - started
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    throw new Error(`${words[0]} did not answer within 30 s`)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
