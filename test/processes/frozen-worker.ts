// One invocation of a serverless function: answers one call, and waits for nothing else. Its argument is its job as JSON.

import { calendly } from '../../src/providers/index.ts'
import { createPunctual } from '../../src/punctual.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import type { Job } from './worker.ts'

export interface Invocation {
  readonly database: string
  readonly connection: string
  readonly ahead: number
  readonly calendly: Job['sandbox']['calendly']
  readonly keepWarm: 'used' | 'never'
  /** Whether the platform keeps the process alive for work after an answer. */
  readonly waits: boolean
}

const job = JSON.parse(process.argv[2] ?? '') as Invocation
const behind: Promise<unknown>[] = []
const punctual = createPunctual({
  baseUrl,
  keys: [testKey],
  store: sqlite(job.database),
  journal: null,
  keepWarm: job.keepWarm,
  clock: virtualClock(() => Date.now() + job.ahead),
  clients: [calendly({ ...job.calendly, scopes: ['users:read'] })],
  currentOwner: () => 'ada',
  ...(job.waits && { waitUntil: (work: Promise<unknown>) => void behind.push(work) }),
})
const connection = await punctual.connections.get(job.connection)
const { status } = await connection.fetch('/users/me')
process.stdout.write(`${status}\n`)
await Promise.all(behind)
if (job.waits) process.stdout.write('done\n')
setTimeout(() => {}, 60_000)
