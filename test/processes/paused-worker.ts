// A process that is paused at one chosen step of its work: its event loop is blocked there, and the test may stop it as a
// whole (SIGSTOP). Its argument is its database as JSON; each line of input is a job. Prints "paused" there, and then the result.

import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { calcom, calendly } from '../../src/providers/index.ts'
import { createPunctual } from '../../src/punctual.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { killAtPoint } from './kill-points.ts'
import { type Database, openStore } from './open-store.ts'
import { readSharedTime, sharedClock } from './shared-clock.ts'
import type { Job } from './worker.ts'

export interface PausedPlace extends Database {
  readonly sandbox: Job['sandbox']
  /** The file of the shared clock. */
  readonly time: string
  readonly journal: string
}

export interface PausedJob {
  /**
   * A step of the work, counted from 0; or a moment between steps: `connecting`, when the token request has been made and
   * has not left, and `answered`, when its response is in the socket.
   */
  readonly at: number | 'connecting' | 'answered'
  readonly work:
    | { readonly kind: 'token'; readonly connection: string }
    | { readonly kind: 'callback'; readonly address: string; readonly cookie: string }
}

const place = JSON.parse(process.argv[2] ?? '') as PausedPlace
let job: PausedJob | null = null
/** Whether the pause of this job is still to come. */
let coming = false

const nothing = new Int32Array(new SharedArrayBuffer(4))
const print = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`)

function pause(): void {
  coming = false
  print('paused')
  while (!readSharedTime(place.time).goOn) Atomics.wait(nothing, 0, 0, 2)
}

const killPoints = killAtPoint(-1, openStore(place), () => true, pause)
// The request is written then; the provider answers during the pause.
subscribe('undici:client:sendHeaders', () => {
  if (coming && job?.at === 'answered') setImmediate(pause)
})
const punctual = createPunctual({
  baseUrl,
  keys: [testKey],
  store: killPoints.store,
  clock: sharedClock(place.time),
  journal: place.journal,
  fetch(input, init) {
    const answer = killPoints.fetch(input, init)
    if (coming && job?.at === 'connecting') pause()
    return answer
  },
  currentOwner: () => 'ada',
  clients: [
    calendly({ ...place.sandbox.calendly, scopes: ['users:read', 'event_types:read', 'scheduled_events:read'] }),
    calcom({ ...place.sandbox.calcom, scopes: ['PROFILE_READ', 'SCHEDULE_READ', 'BOOKING_READ'] }),
  ],
})
await punctual.ready()

async function resultOf(work: PausedJob['work']): Promise<unknown> {
  if (work.kind === 'callback') {
    const request = new Request(work.address, { headers: { cookie: work.cookie } })
    return { location: (await punctual.handler(request)).headers.get('location') }
  }
  const connection = await punctual.connections.get(work.connection)
  return connection.token().then(
    ({ generation }) => ({ generation }),
    ({ code, reason }) => ({ code, reason }),
  )
}

for await (const line of createInterface({ input: process.stdin })) {
  job = JSON.parse(line) as PausedJob
  coming = true
  killPoints.arm(typeof job.at === 'number' ? job.at : -1)
  const result = await resultOf(job.work)
  // What goes on behind the result is not a step of the work, and must not be paused in the next one.
  coming = false
  killPoints.arm(-1)
  print(result)
}
await punctual.stop()
